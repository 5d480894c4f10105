wsgi_app = "wsgi:app"
bind = "127.0.0.1:8000"
worker_class = "flask_typed.worker.GeventWorker"
workers = 2
preload_app = False
graceful_timeout = 20
