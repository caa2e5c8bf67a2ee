-- Occurrences of a token, itself (input) or as the one that follows (next), that an expert is chosen for, and those where it is
-- the first choice; expert -1 stands for all occurrences. Tokens with fewer than 10 of them are left out.
WITH words AS (
    SELECT layer, 'input' AS word, token, choice, expert, unit FROM assignments
    UNION ALL
    SELECT layer, 'next' AS word, next_token AS token, choice, expert, unit
    FROM assignments
    WHERE next_token IS NOT NULL
),
occurrences AS (
    SELECT layer, word, token, unit, COUNT(*) AS occurrences
    FROM words
    WHERE choice = 1
    GROUP BY layer, word, token, unit
),
frequent AS (
    SELECT layer, word, token FROM occurrences GROUP BY layer, word, token HAVING SUM(occurrences) >= 10
)
SELECT o.layer, o.word, o.token, -1 AS expert, o.unit, o.occurrences AS assignments, 0 AS firsts
FROM occurrences o
JOIN frequent f ON f.layer = o.layer AND f.word = o.word AND f.token = o.token
UNION ALL
SELECT w.layer, w.word, w.token, w.expert, w.unit,
       COUNT(*) AS assignments, SUM(CASE WHEN w.choice = 1 THEN 1 ELSE 0 END) AS firsts
FROM words w
JOIN frequent f ON f.layer = w.layer AND f.word = w.word AND f.token = w.token
GROUP BY w.layer, w.word, w.token, w.expert, w.unit
ORDER BY layer, word, token, expert, unit
