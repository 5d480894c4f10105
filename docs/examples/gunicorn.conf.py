wsgi_app = "hello:app"
worker_class = "gevent"
workers = 2
worker_connections = 1000
preload_app = False
