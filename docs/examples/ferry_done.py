from ferry import Booking, FerryFull, Ticket
from flask import Flask
from flask_typed import Created, Typed, raises

PRICES = {1: 10, 2: 19, 3: 27}
CAPACITY = 200

app = Flask(__name__)
app.config["TYPED_TITLE"] = "Ferry"
ferry = Typed(app)
tickets: list[Ticket] = []


@ferry.post("/tickets")
@raises(FerryFull)
def book(booking: Booking) -> Created[Ticket]:
    """Book seats on the ferry."""
    free = CAPACITY - sum(ticket.seats for ticket in tickets)
    if booking.seats > free:
        raise FerryFull(free=free)
    price = PRICES[booking.seats]
    ticket = Ticket(booking.seats, booking.name, len(tickets) + 1, price)
    tickets.append(ticket)
    return Created(ticket)
