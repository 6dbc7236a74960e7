-- plans
SELECT d.province, d.unit_type, d.unit_name, d.number, d.issue_date,
       (SELECT count(*) FROM indicators i WHERE i.doc_id = d.doc_id) AS indicators,
       (SELECT count(*) FROM tasks t WHERE t.doc_id = d.doc_id) AS tasks
FROM documents d
ORDER BY d.province NULLS LAST, d.unit_name NULLS LAST, d.source;

-- common_indicators
SELECT c.canonical_id, c.name, m.period, count(DISTINCT m.doc_id) AS plans,
       min(m.value) AS lowest, median(m.value) AS middle, max(m.value) AS highest, any_value(c.unit) AS unit
FROM matrix m JOIN catalogue c USING (canonical_id)
WHERE m.value IS NOT NULL AND m.scope IS NULL
GROUP BY ALL HAVING plans > 1
ORDER BY plans DESC, c.canonical_id, m.period;

-- one_indicator
SELECT m.unit_name, m.period, t.raw, m.comparator, m.value, m.unit, d.source, t.page, t.line
FROM matrix m
JOIN targets t USING (doc_id, indicator_id, target_no)
JOIN documents d USING (doc_id)
WHERE m.canonical_id = 'so_suc_khoe_dien_tu'
ORDER BY m.period, m.value DESC, d.source, t.target_no;

-- low_targets
SELECT c.name, m.period, m.unit_name, m.value, m.unit,
       median(m.value) OVER same AS middle, count(DISTINCT m.doc_id) OVER same AS plans
FROM matrix m JOIN catalogue c USING (canonical_id)
WHERE m.value IS NOT NULL AND c.direction = 'up'
WINDOW same AS (PARTITION BY m.canonical_id, m.period, m.scope, m.unit)
QUALIFY plans >= 3 AND m.value < middle
ORDER BY c.name, m.period, m.value, m.unit_name;

-- tasks_by_month
SELECT strftime(due, '%Y-%m') AS month, count(*) AS tasks, count(DISTINCT doc_id) AS plans
FROM tasks
WHERE due IS NOT NULL
GROUP BY ALL
ORDER BY month;

-- leading_bodies
SELECT b.name, b.level, count(*) FILTER (a.role = 'lead') AS leads,
       count(*) FILTER (a.role = 'coordinating') AS takes_part, count(DISTINCT a.doc_id) AS plans
FROM assignments a JOIN agencies b USING (agency_id)
WHERE a.subject = 'task'
GROUP BY a.agency_id, b.name, b.level
ORDER BY leads DESC, takes_part DESC, b.name
LIMIT 20;

-- unclear_tasks
SELECT d.source, t.line, t.page, t.name, t.lead_raw, t.deadline_raw, t.deadline_kind
FROM tasks t JOIN documents d USING (doc_id)
WHERE t.lead_raw IS NULL OR t.deadline_kind IN ('none', 'conditional')
ORDER BY d.source, t.task_id;

-- cited_documents
SELECT kind, number, max(date) AS date, count(DISTINCT doc_id) AS plans, sum(mentions) AS mentions
FROM citations
GROUP BY kind, number
ORDER BY plans DESC, mentions DESC, kind, number
LIMIT 20;

-- to_decide
SELECT i.name, i.unit, c.name AS candidate, round(max(m.probability), 2) AS probability, count(*) AS times
FROM matches m
JOIN indicators i USING (doc_id, indicator_id)
LEFT JOIN catalogue c USING (canonical_id)
WHERE m.status = 'review'
GROUP BY ALL
ORDER BY probability DESC, i.name, candidate;

-- doubtful_plans
SELECT source, count(*) FILTER (severity = 'error') AS errors, count(*) FILTER (severity = 'warning') AS warnings,
       string_agg(DISTINCT code, ', ' ORDER BY code) AS codes
FROM diagnostics
WHERE severity <> 'info'
GROUP BY source
ORDER BY errors DESC, warnings DESC, source;
