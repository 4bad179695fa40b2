"""The quarterly performance report of a council's children's services.

Each folder here is a room of the house. Figures go through the rooms in one direction, and a module imports
only from its own room and the rooms to its left::

    words > figures > judgement > narrative > display > publish > door

``tests/test_order_of_the_house.py`` holds the rooms to that order.
"""
