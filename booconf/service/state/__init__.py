"""What is served: the fleet, its hosts and the favorites, each followed by itself, and the view of them."""
