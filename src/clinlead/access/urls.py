"""The addresses of the access room: sign-in, grants, roles. Names of sign-in are allauth's."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from clinlead.access import merger_views, names, profiles, views

urlpatterns = [
    path("grants/", views.grants, name="grants"),
    path("grants/give/", views.give_grant, name="give_grant"),
    path("grants/<int:grant_id>/end/", views.end_grant, name="end_grant"),
    path("mergers/new/", merger_views.merge, name="merge_departments"),
    path("departments/<slug:code>/names/", names.names, name="names"),
    path("departments/<slug:code>/profiles/", profiles.profiles, name="profiles"),
    path(
        "departments/<slug:code>/people/<slug:person_code>/profile/",
        profiles.profile,
        name="profile",
    ),
    path("roles/", views.roles_page, name="roles"),
    path("roles/propose/", views.propose_role, name="propose_role"),
    path("roles/proposals/<int:proposal_id>/", views.answer_proposal, name="answer_proposal"),
    path("roles/<int:holding_id>/end/", views.end_role, name="end_role"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/second-factor/", second_factor.authenticate, name="mfa_authenticate"),
    path("sign-out/", account.logout, name="account_logout"),
    path("me/password/", account.password_change, name="account_change_password"),
    path("me/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("me/confirm/second-factor/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("me/second-factor/", second_factor.index, name="mfa_index"),
    path("me/second-factor/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("me/second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "me/second-factor/codes/",
        recovery_codes.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "me/second-factor/codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "me/second-factor/codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
