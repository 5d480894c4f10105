wsgi_app = "shop:app"
bind = "0.0.0.0:8000"
worker_class = "flask_typed.worker.GeventWorker"
workers = 2
worker_connections = 2000
keepalive = 5  # longer than nginx keeps an idle connection: nginx closes it, never the worker
graceful_timeout = 30
control_socket_disable = True  # gunicorn 25.1 and later; before, an unknown name is ignored
