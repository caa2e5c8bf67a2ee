-- First choices of the same token in a layer and in the next traced one; next_expert -1 stands for all of them.
WITH layers AS (
    SELECT DISTINCT layer FROM assignments
),
steps AS (
    SELECT a.layer, MIN(b.layer) AS next_layer FROM layers a JOIN layers b ON b.layer > a.layer GROUP BY a.layer
),
moves AS (
    SELECT s.layer, s.next_layer, a.expert, b.expert AS next_expert, a.unit, COUNT(*) AS tokens
    FROM steps s
    JOIN assignments a ON a.layer = s.layer
    JOIN assignments b ON b.layer = s.next_layer AND b.document = a.document AND b.position = a.position
    WHERE a.choice = 1 AND b.choice = 1
    GROUP BY s.layer, s.next_layer, a.expert, b.expert, a.unit
)
SELECT layer, next_layer, expert, -1 AS next_expert, unit, SUM(tokens) AS tokens
FROM moves
GROUP BY layer, next_layer, expert, unit
UNION ALL
SELECT layer, next_layer, expert, next_expert, unit, tokens FROM moves
ORDER BY layer, next_layer, expert, next_expert, unit
