import tools

circle = {"type": "Circle", "radius": 1}
for call in (
    lambda: tools.list(1, 2, 3),
    lambda: tools.list(1, 2, 3, 4, 5),
    lambda: tools.list(1, 2, 3, "4"),
    lambda: tools.list(True, 2, 3, 4),
    lambda: tools.list(1, 2, 3, 4, other=5),
    lambda: tools.orders.class_(1, 2, None, 4),
    lambda: tools.shape({"type": "Square"}),
    lambda: tools.flat_12({}),
    lambda: tools.methods.page([{"label": "a", "next": None, "children": {"b": 1}}], 1),
    lambda: tools.space6.t13("c", 1),
    lambda: tools.space6.t13(None, 1.5),
    lambda: tools.space6.t13(True, 1, at="now"),
    lambda: tools.shape(circle, label=5),
):
    try:
        call()
        print("accepted")
    except TypeError as error:
        print(error)
