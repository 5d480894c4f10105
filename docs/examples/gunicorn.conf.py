import time

wsgi_app = "hello:app"
worker_class = "gevent"
workers = 2
worker_connections = 1000
preload_app = False


def post_request(worker, request, environ, response):
    time.sleep(0)
