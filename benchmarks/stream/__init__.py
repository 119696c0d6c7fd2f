"""From a worker's word to the page: latency, bytes and processor time."""
