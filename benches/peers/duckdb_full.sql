-- The whole close in SQL: keys and references checked, rejects, every column of the lines in their order, statements,
-- payouts, won deals that paid nobody with their reasons, control totals. duckdb_run.py adds the hashes to run.json.
--
-- The same arithmetic as duckdb_lean.sql, where the macros are explained. Beyond it this script knows:
--   missing keys and required values, choices, negative weights      (cells)
--   rows that repeat or contradict each other                        (keys)
--   deals and payees that are not there or were rejected             (references)
-- It does not trim text, read other currencies or look for circles among managers, as an engineer would who knows the
-- files. Views deals_in, engagements_in, payees_in and quotas_in have a column `row` that counts from 1.
--
-- What makes it fast, beyond what the lean one does:
--   keys are searched with one grouping over 64-bit hashes of the ids; whatever follows looks only at the rows it found
--   and compares the ids themselves, so that clean data cost one grouping of integers and the outer joins
--   an engagement that refers to nothing is a group of its own, so that engagements are joined and grouped in one pass
--   everything that is asked of a deal's work comes from one grouping by deal
--   lines are sorted by integers, before decimals are made of them

CREATE MACRO period_from() AS DATE '2026-07-01';
CREATE MACRO period_to() AS DATE '2026-09-30';
CREATE MACRO year_from() AS DATE '2026-01-01';
CREATE MACRO half_up(n, d) AS sign(n)::BIGINT * ((2 * abs(n) + d) // (2 * d));
CREATE MACRO part0(t, a, b, c) AS t * a // (a + b + c)
    + ((((t * b % (a + b + c)) > (t * a % (a + b + c)))::INT + ((t * c % (a + b + c)) > (t * a % (a + b + c)))::INT)
       < t - t * a // (a + b + c) - t * b // (a + b + c) - t * c // (a + b + c))::INT;
CREATE MACRO part1(t, a, b, c) AS t * b // (a + b + c)
    + ((((t * a % (a + b + c)) >= (t * b % (a + b + c)))::INT + ((t * c % (a + b + c)) > (t * b % (a + b + c)))::INT)
       < t - t * a // (a + b + c) - t * b // (a + b + c) - t * c // (a + b + c))::INT;
CREATE MACRO marginal(c, q) AS 1000 * c + 500 * greatest(c - q, 0) + 250 * greatest(2 * c - 3 * q, 0);
CREATE MACRO money(cents) AS cents::DECIMAL(16, 0) * 0.01::DECIMAL(2, 2);
CREATE MACRO weight_of(hundredths) AS (hundredths::DECIMAL(18, 0) * 0.01::DECIMAL(9, 9))::DECIMAL(38, 9);

CREATE TEMP TABLE reject (source VARCHAR, row BIGINT, key VARCHAR, column_ VARCHAR, code VARCHAR, value VARCHAR);

-- ---- payees -----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE payee_checked AS
SELECT *, CASE WHEN payee_id IS NULL THEN 'missing-value'
               WHEN min(content) OVER same <> max(content) OVER same THEN 'conflicting-key'
               WHEN row > min(row) OVER same THEN 'duplicate-row' END AS code
FROM (SELECT *, to_json([payee_id, name, kind, tier, manager_id, currency, start_date::VARCHAR])::VARCHAR AS content FROM payees_in)
WINDOW same AS (PARTITION BY payee_id);

INSERT INTO reject
SELECT 'payees', row, coalesce(payee_id, ''), if(code = 'missing-value', 'payee_id', ''), code, '' FROM payee_checked WHERE code IS NOT NULL;

CREATE TEMP TABLE payee AS
SELECT row_number() OVER (ORDER BY payee_id)::INTEGER AS payee, payee_id, name, manager_id, row,
       coalesce(kind = 'partner', false) AS partner, coalesce(kind = 'employee', false) AS employee
FROM payee_checked WHERE code IS NULL;

INSERT INTO reject
SELECT 'payees', row, payee_id, 'manager_id', 'unknown-manager', manager_id FROM payee p
WHERE manager_id IS NOT NULL AND NOT EXISTS (FROM payee m WHERE m.payee_id = p.manager_id);

-- ---- deals ------------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE deal_cells AS
SELECT row, deal_id, outcome, close_date, amount FROM deals_in
WHERE deal_id IS NULL OR close_date IS NULL OR amount IS NULL OR outcome IS NULL OR outcome NOT IN ('won', 'lost');

INSERT INTO reject
SELECT 'deals', row, coalesce(deal_id, ''), 'deal_id', 'missing-value', '' FROM deal_cells WHERE deal_id IS NULL
UNION ALL SELECT 'deals', row, coalesce(deal_id, ''), 'close_date', 'missing-value', '' FROM deal_cells WHERE close_date IS NULL
UNION ALL SELECT 'deals', row, coalesce(deal_id, ''), 'amount', 'missing-value', '' FROM deal_cells WHERE amount IS NULL
UNION ALL SELECT 'deals', row, coalesce(deal_id, ''), 'outcome', 'missing-value', '' FROM deal_cells WHERE outcome IS NULL
UNION ALL SELECT 'deals', row, coalesce(deal_id, ''), 'outcome', 'not-a-choice', outcome FROM deal_cells WHERE outcome NOT IN ('won', 'lost');

CREATE TEMP TABLE deal_keys AS
SELECT hash(deal_id) AS hash FROM deals_in WHERE row NOT IN (SELECT row FROM deal_cells) GROUP BY hash HAVING count(*) > 1;

INSERT INTO reject
SELECT 'deals', row, deal_id, '', code, '' FROM (
    SELECT row, deal_id, CASE WHEN min(content) OVER same <> max(content) OVER same THEN 'conflicting-key'
                              WHEN row > min(row) OVER same THEN 'duplicate-row' END AS code
    FROM (SELECT row, deal_id, to_json([deal_id, account_id, outcome, close_date::VARCHAR, amount::VARCHAR, currency, deal_type, channel])::VARCHAR AS content
          FROM deals_in WHERE hash(deal_id) IN (FROM deal_keys) AND row NOT IN (SELECT row FROM deal_cells))
    WINDOW same AS (PARTITION BY deal_id))
WHERE code IS NOT NULL;

SET preserve_insertion_order = true; -- a table that is made in an order keeps it: its row ids are the deals' numbers

CREATE TEMP TABLE deal_rows AS
SELECT deal_id, close_date, (amount * 100)::BIGINT AS cents,
       outcome = 'won' AND close_date BETWEEN year_from() AND period_to() AS payable,
       outcome = 'won' AND close_date BETWEEN period_from() AND period_to() AS paid,
       coalesce(deal_type IN ('new', 'expansion'), false) AS shared, coalesce(deal_type = 'renewal', false) AS renewal,
       quarter(close_date)::TINYINT AS quarter
FROM deals_in WHERE row NOT IN (SELECT row FROM reject WHERE source = 'deals')
ORDER BY close_date, deal_id;

SET preserve_insertion_order = :ordered;

CREATE TEMP VIEW deal AS SELECT rowid::INTEGER AS deal, * FROM deal_rows;

-- ---- engagements ------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE engagement_cells AS
SELECT row, engagement_id, deal_id, account_id, payee_id, role, weight FROM engagements_in
WHERE payee_id IS NULL OR role IS NULL OR weight < 0 OR (deal_id IS NULL AND account_id IS NULL);

INSERT INTO reject
SELECT 'engagements', row, coalesce(engagement_id, ''), 'payee_id', 'missing-value', '' FROM engagement_cells WHERE payee_id IS NULL
UNION ALL SELECT 'engagements', row, coalesce(engagement_id, ''), 'role', 'missing-value', '' FROM engagement_cells WHERE role IS NULL
UNION ALL SELECT 'engagements', row, coalesce(engagement_id, ''), 'weight', 'negative-weight', weight::VARCHAR FROM engagement_cells WHERE weight < 0
UNION ALL SELECT 'engagements', row, coalesce(engagement_id, ''), 'deal_id', 'missing-value', '' FROM engagement_cells WHERE deal_id IS NULL AND account_id IS NULL;

CREATE TEMP TABLE engagement_keys AS
SELECT hash(engagement_id) AS hash FROM engagements_in
WHERE engagement_id IS NOT NULL AND row NOT IN (SELECT row FROM engagement_cells)
GROUP BY hash HAVING count(*) > 1;

INSERT INTO reject
SELECT 'engagements', row, engagement_id, '', code, '' FROM (
    SELECT row, engagement_id, CASE WHEN min(content) OVER same <> max(content) OVER same THEN 'conflicting-key'
                                    WHEN row > min(row) OVER same THEN 'duplicate-row' END AS code
    FROM (SELECT row, engagement_id, to_json([deal_id, account_id, payee_id, role, occurred_on::VARCHAR, coalesce(weight, 1)::VARCHAR, activity])::VARCHAR AS content
          FROM engagements_in WHERE engagement_id IS NOT NULL AND hash(engagement_id) IN (FROM engagement_keys) AND row NOT IN (SELECT row FROM engagement_cells))
    WINDOW same AS (PARTITION BY engagement_id))
WHERE code IS NOT NULL;

-- Work by deal, payee and role, which one number names. An engagement that refers to nothing is a group of its own,
-- below zero; work on deals that can't be paid, and on accounts, is left out.
CREATE TEMP TABLE work_rows AS
SELECT if(dangling, -1 - row, (deal::BIGINT << 32) | (payee::BIGINT << 2) | role) AS key, count(*)::INTEGER AS touches, sum(units)::BIGINT AS units,
       (count(*) FILTER (recent))::INTEGER AS recent_touches, coalesce(sum(units) FILTER (recent), 0)::BIGINT AS recent
FROM (SELECT e.row, d.deal, p.payee, CASE e.role WHEN 'sourced' THEN 0 WHEN 'cosell' THEN 1 WHEN 'closed' THEN 2 ELSE 3 END::TINYINT AS role,
             (coalesce(e.weight, 1) * 100)::INTEGER AS units,
             coalesce(e.occurred_on > d.close_date - 180 AND e.occurred_on <= d.close_date, false) AS recent,
             coalesce(d.payable, false) AS payable, (e.deal_id IS NOT NULL AND d.deal IS NULL) OR p.payee IS NULL AS dangling
      FROM engagements_in e LEFT JOIN deal d ON d.deal_id = e.deal_id LEFT JOIN payee p ON p.payee_id = e.payee_id
      WHERE e.row NOT IN (SELECT row FROM reject WHERE source = 'engagements'))
WHERE payable OR dangling
GROUP BY 1;

CREATE TEMP VIEW work AS
SELECT (key >> 32)::INTEGER AS deal, ((key >> 2) & 1073741823)::INTEGER AS payee, (key & 3)::TINYINT AS role, * EXCLUDE key
FROM work_rows WHERE key >= 0;

INSERT INTO reject
WITH dangling AS (
    SELECT row, engagement_id, deal_id, payee_id FROM engagements_in WHERE row IN (SELECT -1 - key FROM work_rows WHERE key < 0)
), gone AS (SELECT DISTINCT key FROM reject WHERE source = 'deals')
SELECT 'engagements', row, coalesce(engagement_id, ''), 'deal_id', if(deal_id IN (FROM gone), 'deal-rejected', 'unknown-deal'), deal_id
FROM dangling WHERE deal_id IS NOT NULL AND deal_id NOT IN (SELECT deal_id FROM deal)
UNION ALL
SELECT 'engagements', row, coalesce(engagement_id, ''), 'payee_id', 'unknown-payee', payee_id
FROM dangling WHERE payee_id NOT IN (SELECT payee_id FROM payee);

-- Deals some of whose work could not be read: their shares would go to others.
CREATE TEMP TABLE incomplete AS
SELECT DISTINCT deal FROM deal JOIN engagements_in e USING (deal_id)
WHERE e.row IN (SELECT row FROM reject WHERE source = 'engagements' AND code <> 'duplicate-row');

-- ---- quotas -----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE quota_checked AS
SELECT q.*, p.payee, concat(payee_id, '|', period) AS key,
       CASE WHEN payee_id IS NULL OR period IS NULL OR amount IS NULL THEN 'missing-value'
            WHEN amount <= 0 THEN 'bad-number'
            WHEN min(amount) OVER same <> max(amount) OVER same THEN 'conflicting-key'
            WHEN q.row > min(q.row) OVER same THEN 'duplicate-row'
            WHEN p.payee IS NULL THEN 'unknown-payee' END AS code
FROM quotas_in q LEFT JOIN payee p USING (payee_id)
WINDOW same AS (PARTITION BY payee_id, period);

INSERT INTO reject
SELECT 'quotas', row, key, CASE code WHEN 'missing-value' THEN if(payee_id IS NULL, 'payee_id', if(period IS NULL, 'period', 'amount'))
       WHEN 'bad-number' THEN 'amount' WHEN 'unknown-payee' THEN 'payee_id' ELSE '' END, code,
       CASE code WHEN 'bad-number' THEN amount::VARCHAR WHEN 'unknown-payee' THEN payee_id ELSE '' END
FROM quota_checked WHERE code IS NOT NULL;

CREATE TEMP TABLE quota AS
SELECT payee, period[-1]::TINYINT AS quarter, (amount * 100)::BIGINT AS quota FROM quota_checked WHERE code IS NULL AND period LIKE '2026-Q_';

-- ---- groups -----------------------------------------------------------------------------------------------------------

-- What all rules ask of a deal's work: units and payees by role, co-selling partners, recent work of partners.
CREATE TEMP TABLE effort AS
SELECT deal,
       sum(units) FILTER (role = 0)::BIGINT AS u0, sum(units) FILTER (role = 1)::BIGINT AS u1, sum(units) FILTER (role = 2)::BIGINT AS u2,
       (count(*) FILTER (role = 0 AND units > 0))::INT AS n0, (count(*) FILTER (role = 1 AND units > 0))::INT AS n1,
       (count(*) FILTER (role = 2 AND units > 0))::INT AS n2,
       bool_or(role = 1 AND partner) AS cosold, bool_or(role = 1 AND partner AND touches >= 2) AS met,
       coalesce(sum(recent_touches) FILTER (partner), 0) AS recent_touches, coalesce(sum(recent) FILTER (partner), 0)::BIGINT AS recent
FROM work JOIN payee USING (payee) GROUP BY deal;

-- ---- shared credit ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE shared_pool AS
SELECT *, part0(credit, s0, s1, s2) AS c0, part1(credit, s0, s1, s2) AS c1, part0(pool, s0, s1, s2) AS p0, part1(pool, s0, s1, s2) AS p1
FROM (SELECT deal, u0, u1, u2, n0, n1, n2, abs(cents) AS credit, half_up(abs(cents), 10) AS pool, sign(cents) AS sign, paid,
             if(n0 > 0, 30, 0) AS s0, if(n1 > 0, 20, 0) AS s1, if(n2 > 0, 50, 0) AS s2
      FROM effort JOIN deal USING (deal) WHERE shared AND n0 + n1 + n2 > 0 AND deal NOT IN (FROM incomplete));

CREATE TEMP TABLE shared AS
WITH each AS (
    SELECT deal, w.payee, w.role, w.units, p.sign, p.credit AS credit_total, p.pool AS pool_total,
           CASE w.role WHEN 0 THEN n0 WHEN 1 THEN n1 ELSE n2 END AS n,
           CASE w.role WHEN 0 THEN u0 WHEN 1 THEN u1 ELSE u2 END AS total,
           CASE w.role WHEN 0 THEN c0 WHEN 1 THEN c1 ELSE credit - c0 - c1 END AS credit,
           CASE w.role WHEN 0 THEN p0 WHEN 1 THEN p1 ELSE pool - p0 - p1 END AS pool
    FROM work w JOIN shared_pool p USING (deal)
    WHERE w.role < 3 AND w.units > 0
), several AS (
    SELECT deal, payee, role, units, total, sign, credit_total, pool_total,
           credit * units // total
               + (row_number() OVER (PARTITION BY deal, role ORDER BY credit * units % total DESC, payee)
                  <= credit - sum(credit * units // total) OVER (PARTITION BY deal, role))::INT AS credit,
           pool * units // total
               + (row_number() OVER (PARTITION BY deal, role ORDER BY pool * units % total DESC, payee)
                  <= pool - sum(pool * units // total) OVER (PARTITION BY deal, role))::INT AS pool
    FROM each WHERE n > 1
)
SELECT deal, payee, role, units, total, (sign * credit_total)::BIGINT AS credit_total, (sign * pool_total)::BIGINT AS pool,
       (sign * credit)::BIGINT AS credited, (sign * pool)::BIGINT AS amount FROM each WHERE n = 1
UNION ALL
SELECT deal, payee, role, units, total, (sign * credit_total)::BIGINT, (sign * pool_total)::BIGINT,
       (sign * credit)::BIGINT, (sign * pool)::BIGINT FROM several;

-- ---- stipend ----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE stipend AS
SELECT deal, payee, (least(n * 25000, 500000) - least((n - 1) * 25000, 500000))::BIGINT AS amount
FROM (SELECT deal, payee, row_number() OVER (PARTITION BY payee, quarter ORDER BY deal) AS n
      FROM work JOIN payee USING (payee) JOIN deal USING (deal)
      WHERE role = 1 AND partner AND touches >= 2 AND cents >= 1000000);

-- ---- renewal bonus ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE renewal AS
WITH groups AS (
    SELECT deal, payee, sum(recent)::BIGINT AS units, any_value(cents) AS cents
    FROM work JOIN payee USING (payee) JOIN deal USING (deal)
    WHERE renewal AND partner AND recent > 0 AND deal NOT IN (FROM incomplete) GROUP BY deal, payee
), measured AS (
    SELECT *, sum(units) OVER deals::BIGINT AS total, count(*) OVER deals AS n
    FROM groups WINDOW deals AS (PARTITION BY deal)
), pools AS (
    SELECT *, sign(cents) AS sign, half_up(abs(cents) * percent, 100) AS pool
    FROM (SELECT *, CASE WHEN total >= 2000 THEN 3 WHEN total >= 800 THEN 2 ELSE 1 END AS percent FROM measured WHERE total >= 300)
), uncapped AS (
    SELECT deal, payee, units, total, cents, percent, (sign * pool)::BIGINT AS pool, (sign * pool)::BIGINT AS uncapped FROM pools WHERE n = 1
    UNION ALL
    SELECT deal, payee, units, total, cents, percent, (sign * pool)::BIGINT,
           (sign * (pool * units // total
               + (row_number() OVER (PARTITION BY deal ORDER BY pool * units % total DESC, payee)
                  <= pool - sum(pool * units // total) OVER (PARTITION BY deal))::INT))::BIGINT
    FROM pools WHERE n > 1
), running AS (
    SELECT *, sum(uncapped) OVER (PARTITION BY payee ORDER BY deal ROWS UNBOUNDED PRECEDING)::BIGINT AS after FROM uncapped
)
SELECT deal, payee, units, total, cents, percent, pool, uncapped, least(after, 2000000) - least(after - uncapped, 2000000) AS amount
FROM running;

-- ---- commission -------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE commission AS
WITH credits AS (
    SELECT deal, payee, sum(credited)::BIGINT AS credited FROM shared JOIN payee USING (payee) WHERE employee GROUP BY deal, payee
), running AS (
    SELECT deal, payee, quota, credited,
           sum(credited) OVER (PARTITION BY payee, quarter ORDER BY deal ROWS UNBOUNDED PRECEDING)::BIGINT AS after
    FROM credits JOIN deal USING (deal) LEFT JOIN quota USING (payee, quarter)
)
SELECT deal, payee, quota, credited, CASE WHEN 2 * after >= 3 * quota THEN 100 WHEN after >= quota THEN 75 ELSE 50 END AS per_mille,
       half_up(marginal(after, quota), 20000) - half_up(marginal(after - credited, quota), 20000) AS amount
FROM running;

-- ---- lines ------------------------------------------------------------------------------------------------------------

-- Rules and roles are numbered in the order of their names: the order of the file.
CREATE TEMP TABLE line AS
SELECT payee, 1::TINYINT AS rule, deal, (3 - role)::TINYINT AS role, credit_total AS basis, 10000000 AS rate, units, total, credit_total, pool, credited,
       amount AS uncapped, amount FROM shared
UNION ALL
SELECT payee, 0, deal, 0, NULL, NULL, 100, NULL, NULL, NULL, NULL, 25000, amount FROM stipend
UNION ALL
SELECT payee, 2, deal, 0, cents, percent * 1000000, units, total, NULL, pool, NULL, uncapped, amount FROM renewal
UNION ALL
SELECT payee, 3, deal, 0, credited, per_mille * 100000, NULL, NULL, NULL, NULL, NULL, amount, amount FROM commission WHERE quota IS NOT NULL;

CREATE MACRO rule_name(rule) AS CASE rule WHEN 0 THEN 'cosell-stipend' WHEN 1 THEN 'new-business' WHEN 2 THEN 'renewal-engagement' ELSE 'rep-accelerator' END;
CREATE MACRO kind_name(rule) AS CASE rule WHEN 0 THEN 'stipend' WHEN 1 THEN 'shared_credit' WHEN 2 THEN 'renewal_bonus' ELSE 'commission' END;

-- Sorted before the decimals are made, so that the sort carries integers and ids; the order of a subquery is kept. Joining
-- the ids after the sort costs a fifth less here, but the join does not keep the order of its left side: row groups of the
-- file changed places.
SET preserve_insertion_order = true;

COPY (
    SELECT payee_id, rule_name(rule) AS rule_id, DATE '2026-01-01' AS rule_from, kind_name(rule) AS kind, deal_id,
           CASE role WHEN 1 THEN 'closed' WHEN 2 THEN 'cosell' WHEN 3 THEN 'sourced' END AS role,
           NULL::VARCHAR AS from_payee_id, NULL::INTEGER AS level, close_date,
           money(basis) AS basis, (rate::DECIMAL(10, 0) * 0.00000001::DECIMAL(8, 8))::DECIMAL(18, 8) AS rate,
           weight_of(units) AS units, weight_of(total) AS units_total, money(credit_total) AS credit_total, money(pool) AS pool,
           money(credited) AS credited, money(uncapped) AS uncapped, money(amount) AS amount, 'USD' AS currency
    FROM (SELECT payee_id, deal_id, close_date, line.* FROM line JOIN deal USING (deal) JOIN payee USING (payee) WHERE paid
          ORDER BY payee, rule, deal, line.role)
) TO ':out/lines.parquet' (FORMAT parquet);

-- ---- statements, payouts ----------------------------------------------------------------------------------------------

CREATE TEMP TABLE statement AS
SELECT payee, rule, count(*) AS lines, sum(credited)::BIGINT AS credited, sum(amount)::BIGINT AS amount,
       sum(uncapped)::BIGINT AS uncapped, sum(basis)::BIGINT AS basis
FROM line JOIN deal USING (deal) WHERE paid GROUP BY payee, rule;

COPY (
    SELECT payee_id, name, rule_name(rule) AS rule_id, lines, money(credited) AS credited, money(amount) AS amount, 'USD' AS currency
    FROM statement JOIN payee USING (payee) ORDER BY payee, rule
) TO ':out/statements.csv';

COPY (
    SELECT payee_id, name, money(amount) AS amount, 'USD' AS currency
    FROM (SELECT payee, sum(amount)::BIGINT AS amount FROM statement GROUP BY payee) JOIN payee USING (payee) ORDER BY payee
) TO ':out/payouts.csv';

-- ---- won deals that paid nobody ---------------------------------------------------------------------------------------

COPY (
    WITH won AS (
        SELECT d.*, e.deal IS NOT NULL AS engaged, n0 + n1 + n2 > 0 AS filled, cosold, met, recent_touches, recent, i.deal IS NOT NULL AS held
        FROM deal d LEFT JOIN effort e USING (deal) LEFT JOIN incomplete i USING (deal) WHERE paid
    ), uncredited AS (
        SELECT deal_id, 'new-business' AS rule_id, '' AS payee_id,
               CASE WHEN held THEN 'incomplete' WHEN NOT engaged THEN 'no-engagement' WHEN NOT filled THEN 'no-filled-role' END AS reason
        FROM won WHERE shared
        UNION ALL
        SELECT deal_id, 'cosell-stipend', '', CASE WHEN NOT engaged THEN 'no-engagement' WHEN NOT cosold THEN 'no-eligible-payee' WHEN NOT met THEN 'requirement-not-met' END
        FROM won WHERE cents >= 1000000
        UNION ALL
        SELECT deal_id, 'renewal-engagement', '', CASE WHEN held THEN 'incomplete' WHEN NOT engaged THEN 'no-engagement'
               WHEN recent_touches = 0 THEN 'no-eligible-payee' WHEN recent < 300 THEN 'below-first-rate' END
        FROM won WHERE renewal
        UNION ALL
        SELECT deal_id, '', '', 'no-rule' FROM won WHERE NOT shared AND NOT renewal AND cents < 1000000
        UNION ALL
        SELECT deal_id, 'rep-accelerator', payee_id, 'no-quota'
        FROM commission JOIN deal USING (deal) JOIN payee USING (payee) WHERE paid AND quota IS NULL
    )
    SELECT *, NULL AS retained, NULL AS retained_credit FROM uncredited WHERE reason IS NOT NULL ORDER BY deal_id, rule_id, payee_id, reason
) TO ':out/uncredited.csv';

-- ---- rejects ----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE code AS
FROM (VALUES ('missing-value', 'there is no value here, and this column needs one'), ('not-a-choice', 'this is neither won nor lost'),
             ('bad-number', 'this is not a number that can be used here'), ('negative-weight', 'a weight can not be negative'),
             ('duplicate-row', 'this row repeats an earlier one'), ('conflicting-key', 'rows with this key differ from each other'),
             ('unknown-deal', 'there is no such deal'), ('deal-rejected', 'the deal of this row was rejected'),
             ('unknown-payee', 'there is no such payee'), ('unknown-manager', 'there is no such manager')) AS t(code, message);

COPY (
    SELECT source, concat('data/', source, '.:ext') AS file, row, key, column_ AS "column", code, value, message, if(code = 'unknown-manager', 'kept', 'rejected') AS action
    FROM reject JOIN code USING (code) ORDER BY source, key, column_, code, file, row
) TO ':out/rejects.csv';

-- ---- control totals ---------------------------------------------------------------------------------------------------

CREATE TEMP TABLE run_json AS
WITH read AS (
    SELECT 'deals' AS source, (SELECT count(*) FROM deals_in) AS read
    UNION ALL SELECT 'engagements', (SELECT count(*) FROM engagements_in)
    UNION ALL SELECT 'payees', (SELECT count(*) FROM payees_in)
    UNION ALL SELECT 'quotas', (SELECT count(*) FROM quotas_in)
), rejected AS (
    SELECT source, count(DISTINCT row) AS rejected FROM reject WHERE code <> 'unknown-manager' GROUP BY source
), rows AS (
    SELECT list({source: source, read: read, used: read - coalesce(rejected, 0), filtered: 0, rejected: coalesce(rejected, 0)} ORDER BY source) AS rows
    FROM read LEFT JOIN rejected USING (source)
), matched AS (
    SELECT unnest([0, 1, 2, 3]) AS rule, unnest([count(*) FILTER (cents >= 1000000), count(*) FILTER (shared), count(*) FILTER (renewal),
                                                  (SELECT count(DISTINCT deal) FROM commission JOIN deal USING (deal) WHERE paid)]) AS matched
    FROM deal WHERE paid
), pools AS (
    SELECT 1 AS rule, sum(sign * credit)::BIGINT AS basis, sum(sign * pool)::BIGINT AS pool FROM shared_pool WHERE paid
    UNION ALL
    SELECT 2, sum(cents)::BIGINT, sum(pool)::BIGINT FROM (SELECT deal, any_value(r.cents) AS cents, any_value(pool) AS pool FROM renewal r JOIN deal USING (deal) WHERE paid GROUP BY deal)
), paid AS (
    SELECT rule, sum(lines)::BIGINT AS lines, sum(credited)::BIGINT AS credited, sum(uncapped)::BIGINT AS uncapped, sum(amount)::BIGINT AS amount, sum(basis)::BIGINT AS basis
    FROM statement GROUP BY rule
), rules AS (
    SELECT list({rule_id: rule_name(rule), kind: kind_name(rule), deals_matched: matched, lines: coalesce(lines, 0),
                 basis: money(coalesce(p.basis, if(rule = 3, paid.basis, NULL)))::VARCHAR, credit_total: if(rule = 1, money(p.basis), NULL)::VARCHAR,
                 credited: money(credited)::VARCHAR, credit_retained: if(rule = 1, '0.00', NULL),
                 pool: money(coalesce(p.pool, uncapped))::VARCHAR, retained: '0.00', uncapped: money(uncapped)::VARCHAR,
                 withheld: money(uncapped - amount)::VARCHAR, amount: money(amount)::VARCHAR} ORDER BY rule) AS rules
    FROM matched LEFT JOIN pools p USING (rule) LEFT JOIN paid USING (rule)
), prior AS (
    SELECT list({month: month, lines: lines, credited: money(credited)::VARCHAR, amount: money(amount)::VARCHAR} ORDER BY month) AS prior
    FROM (SELECT strftime(close_date, '%Y-%m') AS month, count(*) AS lines, coalesce(sum(credited), 0)::BIGINT AS credited, sum(amount)::BIGINT AS amount
          FROM line JOIN deal USING (deal) WHERE NOT paid GROUP BY month)
)
SELECT to_json({period: '2026-Q3', rows: rows, rules: rules, prior: prior})::VARCHAR AS doc FROM rows, rules, prior;
