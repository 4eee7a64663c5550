"""The sentences of `vizcore.errors.access`: visitors who are not let in."""

from vizcore.i18n import N_

ACCESS = {
    "login_expired": N_("Your sign-in is over; please sign in again."),
    "access_denied": N_("This takes the role {role}, which you do not have here; please ask the administrator."),
    "access_denied:viewer": N_("You are signed in, but not on the list of this server; please ask its administrator."),
    "address_invalid": N_("“{url}” is not a web address; please write it as https://host or http://host:port."),
    "header_forged": N_("This server answers only through its own sign-in page; please open its public address."),
}
