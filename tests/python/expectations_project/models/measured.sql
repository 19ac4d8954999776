select *
from (
    values
        (1, 'a', 1.0, 2.0, 'k1'),
        (2, 'a', 3.0, 2.0, 'k2'),
        (3, 'b', 5.0, 5.0, 'k3'),
        (3, 'b', null, null, null),
        (null, null, 7.0, 1.0, 'K''5')
) as t (id, category, x, y, code)
