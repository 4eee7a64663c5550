"""The sentences of `vizcore.errors.lectures`: lectures, rooms and votes."""

from vizcore.i18n import N_

LECTURES = {
    "plan_invalid": N_("This lecture cannot be read (step {step}: {value}); please see how the others are written."),
    "plan_invalid:too_large": N_("This lecture is larger than the limit of {value} kB; please split it."),
    "plan_invalid:no_title": N_("This lecture has no title; please begin it with ---, title: ..., language: en, ---."),
    "plan_invalid:language": N_("This lecture's language “{value}” is not one of this app; please write en or fr."),
    "plan_invalid:steps": N_("This lecture has {value} steps; please write 1 to 60, each beginning with “=== step”."),
    "plan_invalid:head": N_(
        "The head of step {step} cannot be read {value}; please write “name: value” lines and ===."
    ),
    "plan_invalid:unknown": N_(
        "Step {step} says “{value}”; a step has only page, settings, sample, seed, question and answers."
    ),
    "plan_invalid:page": N_("Step {step} names the page “{value}”, which is not here; please take it from an address."),
    "plan_invalid:settings": N_("Step {step} has the setting “{value}”, which no page has; please copy an address."),
    "plan_invalid:question": N_("Step {step} needs a question with 2 to 4 different answers, and has {value}."),
    "plan_invalid:gone": N_("The lecture “{value}” is no longer here; please choose another one."),
    "report_refused": N_("This report cannot be read; please take the JSON file that a page or a lecture gave."),
    "report_refused:too_large": N_("This report is larger than the limit of {value} MB; please take fewer pages."),
    "report_refused:json": N_("This file is no JSON; please take the JSON file of a report, not its HTML."),
    "report_refused:kind": N_("This JSON is not a report of this app; please take the one from “Report”."),
    "report_refused:language": N_("This report's language “{value}” is not one of this app; please write en or fr."),
    "report_refused:page": N_("This report names the page “{value}”, which is not here; it may come from a newer app."),
    "report_refused:settings": N_("This report has the setting “{value}”, which its page does not have."),
    "report_refused:message": N_("What the browser told about the page cannot be read; please reload it."),
    "report_refused:gone": N_("The page's record is not held any more; please reload the page and try again."),
    "report_refused:empty": N_("Nothing of this lecture has been shown yet; please walk through its steps first."),
    "room_not_found": N_("No lecture goes on under the code {room}; please read it again from the screen."),
    "rooms_full": N_("{limit} lectures go on here, as many as this server holds; please try again later."),
    "vote_refused": N_("This vote is closed; please look at the screen."),
    "vote_refused:answer": N_("There is no such answer to this question; please open the page again."),
    "vote_refused:crowd": N_("Very many phones join at this moment; this page opens by itself in a few seconds."),
    "vote_refused:full": N_("More phones voted than this server counts; please raise your hand."),
}
