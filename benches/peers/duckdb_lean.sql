-- The close as an analytics engineer would write it when only the numbers matter: payee, rule, deal, role, date, credited
-- and amount of each line, and the statements. No checks: clean inputs are assumed.
--
-- Runs after the views deals_in, engagements_in, payees_in and quotas_in exist (duckdb_run.py makes them over Parquet or
-- CSV files). The rules of benches/generate.py are written into it. Every number is an integer: cents, hundredths of a
-- weight. DuckDB stops at an overflow, so the result is exact or there is none.
--
-- What makes it fast: deals and payees become dense integers in their final order at once, so that every later join,
-- partition and sort is on integers; engagements are read once and grouped once; only roles that several payees share go
-- through window functions.

CREATE MACRO period_from() AS DATE '2026-07-01';
CREATE MACRO period_to() AS DATE '2026-09-30';
CREATE MACRO year_from() AS DATE '2026-01-01';
CREATE MACRO half_up(n, d) AS sign(n)::BIGINT * ((2 * abs(n) + d) // (2 * d));

-- Largest remainders over three roles: the part of role 0, 1 or 2 of a total >= 0. Ties go to the role declared first.
CREATE MACRO part0(t, a, b, c) AS t * a // (a + b + c)
    + ((((t * b % (a + b + c)) > (t * a % (a + b + c)))::INT + ((t * c % (a + b + c)) > (t * a % (a + b + c)))::INT)
       < t - t * a // (a + b + c) - t * b // (a + b + c) - t * c // (a + b + c))::INT;
CREATE MACRO part1(t, a, b, c) AS t * b // (a + b + c)
    + ((((t * a % (a + b + c)) >= (t * b % (a + b + c)))::INT + ((t * c % (a + b + c)) > (t * b % (a + b + c)))::INT)
       < t - t * a // (a + b + c) - t * b // (a + b + c) - t * c // (a + b + c))::INT;

-- ---- keys as integers, in the order of the results ------------------------------------------------------------------

CREATE TEMP TABLE payee AS
SELECT row_number() OVER (ORDER BY payee_id)::INTEGER AS payee, payee_id, kind = 'partner' AS partner, kind = 'employee' AS employee
FROM payees_in;

-- Earlier deals of the year matter to the renewal bonus alone: only its cap runs by year.
SET preserve_insertion_order = true; -- a table that is made in an order keeps it: its row ids are the deals' numbers

CREATE TEMP TABLE deal_rows AS
SELECT deal_id, close_date,
       close_date >= period_from() AS paid, coalesce(deal_type IN ('new', 'expansion'), false) AS shared,
       coalesce(deal_type = 'renewal', false) AS renewal, (amount * 100)::BIGINT AS cents
FROM deals_in
WHERE outcome = 'won' AND close_date BETWEEN year_from() AND period_to()
  AND (close_date >= period_from() OR deal_type = 'renewal')
ORDER BY close_date, deal_id;

SET preserve_insertion_order = false;

CREATE TEMP VIEW deal AS SELECT rowid::INTEGER AS deal, * FROM deal_rows;

-- ---- engagements: one pass --------------------------------------------------------------------------------------------

-- Deal, payee and role are one number while they are grouped.
CREATE TEMP TABLE work_rows AS
SELECT (d.deal::BIGINT << 32) | (p.payee::BIGINT << 2) | CASE e.role WHEN 'sourced' THEN 0 WHEN 'cosell' THEN 1 WHEN 'closed' THEN 2 ELSE 3 END AS key,
       count(*)::INTEGER AS touches,
       sum((coalesce(e.weight, 1) * 100)::INTEGER)::BIGINT AS units,
       coalesce(sum((coalesce(e.weight, 1) * 100)::INTEGER)
           FILTER (e.occurred_on > d.close_date - 180 AND e.occurred_on <= d.close_date), 0)::BIGINT AS recent
FROM engagements_in e JOIN deal d USING (deal_id) JOIN payee p USING (payee_id)
GROUP BY 1;

CREATE TEMP VIEW work AS
SELECT (key >> 32)::INTEGER AS deal, ((key >> 2) & 1073741823)::INTEGER AS payee, (key & 3)::TINYINT AS role, * EXCLUDE key FROM work_rows;

-- ---- shared credit: 30 / 20 / 50 over the roles somebody filled, then by weight within each ---------------------------

CREATE TEMP TABLE shared_pool AS
WITH units AS (
    SELECT deal,
           sum(units) FILTER (role = 0)::BIGINT AS u0, sum(units) FILTER (role = 1)::BIGINT AS u1, sum(units) FILTER (role = 2)::BIGINT AS u2,
           (count(*) FILTER (role = 0))::INT AS n0, (count(*) FILTER (role = 1))::INT AS n1, (count(*) FILTER (role = 2))::INT AS n2
    FROM work WHERE role < 3 AND units > 0 GROUP BY deal
)
SELECT *, part0(credit, s0, s1, s2) AS c0, part1(credit, s0, s1, s2) AS c1, part0(pool, s0, s1, s2) AS p0, part1(pool, s0, s1, s2) AS p1
FROM (SELECT u.*, abs(cents) AS credit, half_up(abs(cents), 10) AS pool, sign(cents) AS sign,
             if(n0 > 0, 30, 0) AS s0, if(n1 > 0, 20, 0) AS s1, if(n2 > 0, 50, 0) AS s2
      FROM units u JOIN deal USING (deal) WHERE shared);

CREATE TEMP TABLE shared AS
WITH each AS (
    SELECT deal, w.payee, w.role, w.units, p.sign,
           CASE w.role WHEN 0 THEN n0 WHEN 1 THEN n1 ELSE n2 END AS n,
           CASE w.role WHEN 0 THEN u0 WHEN 1 THEN u1 ELSE u2 END AS total,
           CASE w.role WHEN 0 THEN c0 WHEN 1 THEN c1 ELSE credit - c0 - c1 END AS credit,
           CASE w.role WHEN 0 THEN p0 WHEN 1 THEN p1 ELSE pool - p0 - p1 END AS pool
    FROM work w JOIN shared_pool p USING (deal)
    WHERE w.role < 3 AND w.units > 0
), several AS (
    SELECT deal, payee, role, sign,
           credit * units // total
               + (row_number() OVER (PARTITION BY deal, role ORDER BY credit * units % total DESC, payee)
                  <= credit - sum(credit * units // total) OVER (PARTITION BY deal, role))::INT AS credit,
           pool * units // total
               + (row_number() OVER (PARTITION BY deal, role ORDER BY pool * units % total DESC, payee)
                  <= pool - sum(pool * units // total) OVER (PARTITION BY deal, role))::INT AS pool
    FROM each WHERE n > 1
)
SELECT deal, payee, role, (sign * credit)::BIGINT AS credited, (sign * pool)::BIGINT AS amount FROM each WHERE n = 1
UNION ALL
SELECT deal, payee, role, (sign * credit)::BIGINT, (sign * pool)::BIGINT FROM several;

-- ---- stipend: 250 a deal from the second touch, 5,000 per payee and quarter -------------------------------------------

CREATE TEMP TABLE stipend AS
SELECT deal, payee, (least(n * 25000, 500000) - least((n - 1) * 25000, 500000))::BIGINT AS amount
FROM (SELECT deal, payee, row_number() OVER (PARTITION BY payee ORDER BY deal) AS n
      FROM work JOIN payee USING (payee) JOIN deal USING (deal)
      WHERE role = 1 AND partner AND touches >= 2 AND cents >= 1000000 AND paid);

-- ---- renewal bonus: 1, 2 or 3 % from a weight of 3, 8 or 20; 20,000 per payee and year --------------------------------

CREATE TEMP TABLE renewal AS
WITH groups AS (
    SELECT deal, payee, sum(recent)::BIGINT AS units, any_value(cents) AS cents
    FROM work JOIN payee USING (payee) JOIN deal USING (deal) WHERE renewal AND partner AND recent > 0 GROUP BY deal, payee
), measured AS (
    SELECT *, sum(units) OVER deals::BIGINT AS total, count(*) OVER deals AS n
    FROM groups WINDOW deals AS (PARTITION BY deal)
), pools AS (
    SELECT deal, payee, units, total, n, sign(cents) AS sign,
           half_up(abs(cents) * CASE WHEN total >= 2000 THEN 3 WHEN total >= 800 THEN 2 ELSE 1 END, 100) AS pool
    FROM measured WHERE total >= 300
), uncapped AS (
    SELECT deal, payee, (sign * pool)::BIGINT AS amount FROM pools WHERE n = 1
    UNION ALL
    SELECT deal, payee,
           (sign * (pool * units // total
               + (row_number() OVER (PARTITION BY deal ORDER BY pool * units % total DESC, payee)
                  <= pool - sum(pool * units // total) OVER (PARTITION BY deal))::INT))::BIGINT
    FROM pools WHERE n > 1
), running AS (
    SELECT *, sum(amount) OVER (PARTITION BY payee ORDER BY deal ROWS UNBOUNDED PRECEDING)::BIGINT AS after FROM uncapped
)
SELECT deal, payee, least(after, 2000000) - least(after - amount, 2000000) AS amount
FROM running JOIN deal USING (deal) WHERE paid;

-- ---- commission: marginal tiers of 5, 7.5 and 10 % from 0, 100 and 150 % of the quarter's quota -----------------------

-- F(C) * 20000, so that half cents of the third threshold stay whole numbers.
CREATE MACRO marginal(c, q) AS 1000 * c + 500 * greatest(c - q, 0) + 250 * greatest(2 * c - 3 * q, 0);

CREATE TEMP TABLE commission AS
WITH quota AS (
    SELECT payee, (amount * 100)::BIGINT AS quota FROM quotas_in JOIN payee USING (payee_id) WHERE period = '2026-Q3'
), credits AS (
    SELECT deal, payee, sum(credited)::BIGINT AS credited FROM shared JOIN payee USING (payee) WHERE employee GROUP BY deal, payee
), running AS (
    SELECT deal, payee, quota, credited, sum(credited) OVER (PARTITION BY payee ORDER BY deal ROWS UNBOUNDED PRECEDING)::BIGINT AS after
    FROM credits JOIN quota USING (payee)
)
SELECT deal, payee, half_up(marginal(after, quota), 20000) - half_up(marginal(after - credited, quota), 20000) AS amount
FROM running;

-- ---- what is written --------------------------------------------------------------------------------------------------

CREATE TEMP TABLE line AS
SELECT payee, 'new-business' AS rule_id, deal, ['sourced', 'cosell', 'closed'][role + 1] AS role, credited, amount FROM shared
UNION ALL SELECT payee, 'cosell-stipend', deal, NULL, NULL, amount FROM stipend
UNION ALL SELECT payee, 'renewal-engagement', deal, NULL, NULL, amount FROM renewal
UNION ALL SELECT payee, 'rep-accelerator', deal, NULL, NULL, amount FROM commission;

CREATE MACRO money(cents) AS cents::DECIMAL(16, 0) * 0.01::DECIMAL(2, 2);

COPY (
    SELECT payee_id, rule_id, deal_id, role, close_date, money(credited) AS credited, money(amount) AS amount
    FROM line JOIN deal USING (deal) JOIN payee USING (payee)
) TO ':out/lines.parquet' (FORMAT parquet);

COPY (
    SELECT payee_id, rule_id, lines, money(credited) AS credited, money(amount) AS amount
    FROM (SELECT payee, rule_id, count(*) AS lines, sum(credited)::BIGINT AS credited, sum(amount)::BIGINT AS amount FROM line GROUP BY ALL)
    JOIN payee USING (payee) ORDER BY payee, rule_id
) TO ':out/statements.csv';
