"""What several tests share: samples of every event, and a way to specify deciders."""
