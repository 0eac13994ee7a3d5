def page(models, seed): return ""
def summary(models): return str(len(models))
