wsgi_app = "hello:app"
worker_class = "flask_typed.worker.GeventWorker"
workers = 2
worker_connections = 1000
preload_app = False
