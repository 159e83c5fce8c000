"""What is served: the fleet, its hosts and the favourites, each followed by itself, and the view of them."""
