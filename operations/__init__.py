"""For whoever runs Earshot: is it alive, is it ready, how is it doing, what is wrong with it."""
