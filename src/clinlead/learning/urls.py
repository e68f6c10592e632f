"""The addresses of lessons and of the forum."""

from django.urls import path

from clinlead.learning import forum_views, views

urlpatterns = [
    path("learning/", views.index, name="learning"),
    path("learning/lessons/<slug:code>/", views.lesson, name="lesson"),
    path("learning/progress/<int:account_id>/", views.progress, name="progress"),
    path("learning/rights/", views.rights, name="rights_that_wait"),
    path("forum/", forum_views.forum, name="forum"),
    path("forum/new/", forum_views.new, name="forum_new"),
    path("forum/<int:thread_id>/", forum_views.thread, name="forum_thread"),
    path("forum/posts/<int:post_id>/", forum_views.post, name="forum_post"),
]
