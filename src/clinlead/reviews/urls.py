"""The addresses of the reviews room."""

from django.urls import path

from clinlead.reviews import taking_views, views, writing_views

urlpatterns = [
    path("reviews/", views.index, name="reviews"),
    path("reviews/begin/", views.begin, name="begin_review"),
    path("reviews/counts/", views.counts, name="review_counts"),
    path("reviews/<int:pk>/", views.show, name="review"),
    path("reviews/<int:pk>/write/", writing_views.own_words, name="review_words"),
    path("reviews/<int:pk>/agreed/", writing_views.agreed_words, name="review_agreed"),
    path("reviews/<int:pk>/objective/", writing_views.objective, name="review_objective"),
    path("reviews/<int:pk>/evidence/", writing_views.evidence, name="review_evidence"),
    path("reviews/<int:pk>/review.pdf", taking_views.as_pdf, name="review_pdf"),
    path("reviews/<int:pk>/evidence.zip", taking_views.as_zip, name="review_zip"),
    path("reviews/<int:pk>/<slug:what>/", views.act, name="review_act"),
]
