"""Which parameter to push: what each one's growth gives to throughput and profit."""
