"""What attacks teach: budgets, transfer to other models, survival, defences, spectra and printed patches."""
