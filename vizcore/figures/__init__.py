"""How does a result become something to look at? One module for each kind of result; `theme` holds every colour."""
