"""The sentences of `vizcore.errors.access`: visitors who are not let in."""

from vizcore.i18n import N_

ACCESS = {
    "login_expired": N_("Your sign-in is over; please sign in again."),
    "login_changed": N_(
        "Somebody has signed in or out in another tab of this browser; please reload this page to go on as they."
    ),
    "login_unavailable:settings": N_(
        "This server asks for a sign-in that has not been set up completely; please tell its administrator."
    ),
    "login_unavailable:provider": N_(
        "The service that signs people in does not answer; please try again in a minute, or tell the administrator."
    ),
    "too_many_visits:own": N_(
        "One visitor may have this app open in at most so many tabs: {limit}; please close one, then reload this page."
    ),
    "too_many_visits:all": N_(
        "This server has reached its limit of visits at the same time ({limit}); please reload this page in a minute."
    ),
    "access_denied": N_("This takes the role {role}, which you do not have here; please ask the administrator."),
    "access_denied:viewer": N_("You are signed in, but not on the list of this server; please ask its administrator."),
    "address_invalid": N_("“{url}” is not a web address; please write it as https://host or http://host:port."),
    "header_forged": N_("This server answers only through its own sign-in page; please open its public address."),
}
