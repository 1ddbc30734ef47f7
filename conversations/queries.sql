-- Every statement of the spine that carries a promise, by name.
--
-- `pending` and `queued` count what waits, on the conversation's own row: an UPDATE re-reads that row after waiting for
-- its lock, whereas an EXISTS over `message` would look through an older snapshot and could miss a message committed
-- meanwhile, and so put a conversation to sleep with work in it.

-- take_in --
-- Store one inbound message once and make its conversation ready. The message id is drawn after the conversation's row
-- is locked, so ids grow in commit order inside a conversation. A duplicate known beforehand changes nothing; one that
-- races is caught by message_once (then `pending` counts one too many, which `claim` mends through `recount`). A new
-- conversation gets its greeting in the same statement, after the message in the order of ids.
WITH known AS (
    SELECT id, conversation_id FROM conversations.message
     WHERE direction = 'in' AND channel = %(channel)s AND account = %(account)s
       AND platform_message_id = %(platform_message_id)s
), talk AS (
    INSERT INTO conversations.conversation AS c
           (channel, account, user_id, pulled, reply_until, pending, ready_at, queued, send_at)
    SELECT %(channel)s, %(account)s, %(user_id)s, %(pulled)s, %(reply_until)s, 1, clock_timestamp(),
           CASE WHEN %(pulled)s THEN 0 ELSE 1 END, CASE WHEN NOT %(pulled)s THEN clock_timestamp() END
     WHERE NOT EXISTS (SELECT 1 FROM known)
    ON CONFLICT (channel, account, user_id) DO UPDATE
       SET pending = c.pending + 1,
           ready_at = coalesce(c.ready_at, clock_timestamp()),
           reply_until = greatest(c.reply_until, excluded.reply_until),
           state = CASE c.state WHEN 'closed' THEN 'bot' ELSE c.state END,
           updated_at = clock_timestamp()
    RETURNING id, (xmax = 0) AS is_new
), stored AS (
    INSERT INTO conversations.message
           (id, conversation_id, direction, author, channel, account, platform_message_id, content, status, sent_at)
    SELECT nextval('conversations.message_id'), talk.id, 'in', 'customer', %(channel)s, %(account)s,
           %(platform_message_id)s, %(content)s, 'pending', %(sent_at)s
      FROM talk
    ON CONFLICT (channel, account, platform_message_id) WHERE direction = 'in' DO NOTHING
    RETURNING id, conversation_id
), greeted AS (
    INSERT INTO conversations.message (id, conversation_id, direction, author, channel, account, content, status)
    SELECT nextval('conversations.message_id'), stored.conversation_id, 'out', 'bot', %(channel)s, %(account)s,
           %(greeting)s, CASE WHEN %(pulled)s THEN 'sent' ELSE 'queued' END
      FROM stored, talk WHERE talk.is_new
)
SELECT stored.id, stored.conversation_id, true AS stored FROM stored
UNION ALL
SELECT known.id, known.conversation_id, false FROM known

-- take_in_many --
-- The same for a batch: one statement, one commit, one wait for the disk, however many customers wrote. Rows are locked in
-- the order of the customers' names, so that two batches can't block each other; ids are drawn behind the sort, and so
-- behind all locks. A place without an id in the answer lost against a racing duplicate (`find_inbound` knows it).
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(inbounds)s) AS given
           (place int, channel text, account text, user_id text, pulled boolean, platform_message_id text, content jsonb,
            sent_at timestamptz, reply_until timestamptz)
), looked_up AS MATERIALIZED (
    SELECT given.*, known.id AS known_id, known.conversation_id AS known_in
      FROM given
      LEFT JOIN LATERAL (SELECT id, conversation_id FROM conversations.message m
                          WHERE m.direction = 'in' AND m.channel = given.channel AND m.account = given.account
                            AND m.platform_message_id = given.platform_message_id LIMIT 1) known ON true
), fresh AS (
    SELECT DISTINCT ON (channel, account, platform_message_id) * FROM looked_up WHERE known_id IS NULL
     ORDER BY channel, account, platform_message_id, place
), talk AS (
    INSERT INTO conversations.conversation AS c
           (channel, account, user_id, pulled, reply_until, pending, ready_at, queued, send_at)
    SELECT channel, account, user_id, bool_or(pulled), max(reply_until), count(*), clock_timestamp(),
           CASE WHEN bool_or(pulled) THEN 0 ELSE 1 END, CASE WHEN NOT bool_or(pulled) THEN clock_timestamp() END
      FROM fresh GROUP BY channel, account, user_id ORDER BY channel, account, user_id
    ON CONFLICT (channel, account, user_id) DO UPDATE
       SET pending = c.pending + excluded.pending,
           ready_at = coalesce(c.ready_at, clock_timestamp()),
           reply_until = greatest(c.reply_until, excluded.reply_until),
           state = CASE c.state WHEN 'closed' THEN 'bot' ELSE c.state END,
           updated_at = clock_timestamp()
    RETURNING id, channel, account, user_id, pulled, (xmax = 0) AS is_new
), stored AS (
    INSERT INTO conversations.message
           (id, conversation_id, direction, author, channel, account, platform_message_id, content, status, sent_at)
    SELECT nextval('conversations.message_id'), ordered.talk_id, 'in', 'customer', ordered.channel, ordered.account,
           ordered.platform_message_id, ordered.content, 'pending', ordered.sent_at
      FROM (SELECT talk.id AS talk_id, fresh.* FROM talk JOIN fresh USING (channel, account, user_id)
             ORDER BY talk.id, fresh.place) ordered
    ON CONFLICT (channel, account, platform_message_id) WHERE direction = 'in' DO NOTHING
    RETURNING id, conversation_id, channel, account, platform_message_id
), greeted AS (
    INSERT INTO conversations.message (id, conversation_id, direction, author, channel, account, content, status)
    SELECT nextval('conversations.message_id'), talk.id, 'out', 'bot', talk.channel, talk.account, %(greeting)s,
           CASE WHEN talk.pulled THEN 'sent' ELSE 'queued' END
      FROM (SELECT DISTINCT conversation_id FROM stored) heard JOIN talk ON talk.id = heard.conversation_id
     WHERE talk.is_new
)
SELECT l.place, coalesce(l.known_id, stored.id) AS id, coalesce(l.known_in, stored.conversation_id) AS conversation_id,
       (stored.id IS NOT NULL AND fresh.place IS NOT NULL) AS stored
  FROM looked_up l
  LEFT JOIN stored USING (channel, account, platform_message_id)
  LEFT JOIN fresh ON fresh.place = l.place

-- find_inbound --
-- The row that won against a racing duplicate.
SELECT id, conversation_id FROM conversations.message
 WHERE direction = 'in' AND channel = %(channel)s AND account = %(account)s
   AND platform_message_id = %(platform_message_id)s

-- open_conversation --
-- A customer opened the chat without saying anything: the conversation exists, nothing is pending.
INSERT INTO conversations.conversation AS c (channel, account, user_id, pulled, reply_until)
VALUES (%(channel)s, %(account)s, %(user_id)s, %(pulled)s, %(reply_until)s)
ON CONFLICT (channel, account, user_id) DO UPDATE
   SET reply_until = greatest(c.reply_until, excluded.reply_until), updated_at = clock_timestamp()
RETURNING id, (xmax = 0) AS is_new

-- post --
-- Queue messages for a customer under the conversation's row lock. Pulled conversations need no delivery.
WITH talk AS (
    UPDATE conversations.conversation c
       SET queued = c.queued + CASE WHEN c.pulled THEN 0 ELSE jsonb_array_length(%(contents)s) END,
           send_at = CASE WHEN c.pulled THEN NULL ELSE coalesce(c.send_at, clock_timestamp()) END
     WHERE c.id = %(conversation_id)s
    RETURNING c.id, c.channel, c.account, c.pulled
)
INSERT INTO conversations.message (id, conversation_id, direction, author, channel, account, content, status)
SELECT nextval('conversations.message_id'), talk.id, 'out', %(author)s, talk.channel, talk.account, said.content,
       CASE WHEN talk.pulled THEN 'sent' ELSE 'queued' END
  FROM talk, (SELECT value AS content FROM jsonb_array_elements(%(contents)s) WITH ORDINALITY
               ORDER BY ordinality) said
RETURNING id

-- hold_conversation --
-- The conversation, held until commit.
SELECT id, reply_until FROM conversations.conversation WHERE id = %(conversation_id)s FOR UPDATE

-- claim --
-- Lease the conversation that has waited longest and show its first pending message. SKIP LOCKED lets workers pass each
-- other. A lease is `ready_at` moved into the future: when a worker dies, time itself hands its conversation over; the try is
-- counted at the claim, so that a message that kills its worker is given up as well. A claim need not be on disk before
-- the work begins: lost in a crash, it only lets the conversation be claimed again.
WITH claimed AS (
    UPDATE conversations.conversation c
       SET lease = %(lease)s, ready_at = clock_timestamp() + make_interval(secs => %(lease_s)s),
           attempts = c.attempts + 1
     WHERE c.id = (SELECT id FROM conversations.conversation
                    WHERE ready_at <= clock_timestamp()
                    ORDER BY ready_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING c.id, c.channel, c.state, c.pulled, c.attempts, c.pending
)
SELECT claimed.id AS conversation_id, claimed.channel, claimed.state, claimed.pulled, claimed.attempts,
       claimed.pending,
       m.id AS message_id, m.content, m.sent_at,
       (SELECT jsonb_agg(s.buttons) FROM
           (SELECT o.content -> 'buttons' AS buttons FROM conversations.message o
             WHERE o.conversation_id = claimed.id AND o.direction = 'out' AND o.content ? 'buttons'
             ORDER BY o.id DESC LIMIT 30) s) AS shown,
       set_config('synchronous_commit', 'off', true) AS durable
  FROM claimed
  LEFT JOIN LATERAL (SELECT id, content, sent_at FROM conversations.message
                      WHERE conversation_id = claimed.id AND status = 'pending'
                      ORDER BY id LIMIT 1) m ON true

-- fold --
-- The plain texts that wait right behind the first one, up to what is more than words or has no room left, are answered with
-- it: handled, and marked as part of it. Nothing happens when the lease was lost.
WITH talk AS (
    SELECT id FROM conversations.conversation
     WHERE id = %(conversation_id)s AND lease = %(lease)s FOR UPDATE
), waiting AS (
    SELECT m.id, m.content - 'text' <> '{}' OR sum(length(m.content ->> 'text') + 1) OVER (ORDER BY m.id) > %(room)s AS ends
      FROM talk, conversations.message m
     WHERE m.conversation_id = talk.id AND m.status = 'pending' AND m.id > %(message_id)s
     ORDER BY m.id LIMIT %(most)s
), burst AS (
    SELECT id FROM waiting WHERE id < coalesce((SELECT min(id) FROM waiting WHERE ends), 9223372036854775807)
), told AS (
    SELECT EXISTS (SELECT 1 FROM conversations.message
                    WHERE conversation_id = %(conversation_id)s AND reason = 'folded'
                      AND done_at > clock_timestamp() - interval '10 minutes') AS lately
), parts AS (
    UPDATE conversations.message m
       SET status = 'done', reason = 'folded', answers = %(message_id)s, done_at = clock_timestamp()
      FROM burst WHERE m.id = burst.id
    RETURNING m.id
)
UPDATE conversations.conversation c
   SET pending = greatest(c.pending - (SELECT count(*) FROM parts), 1)
  FROM talk WHERE c.id = talk.id
RETURNING (SELECT count(*) FROM parts) AS folded, (SELECT lately FROM told) AS told_lately

-- folded_into --
SELECT content ->> 'text' AS text FROM conversations.message
 WHERE conversation_id = %(conversation_id)s AND answers = %(message_id)s AND reason = 'folded' AND direction = 'in'
   AND content ? 'text'
 ORDER BY id

-- renew_leases --
-- These turns still run.
UPDATE conversations.conversation SET ready_at = clock_timestamp() + make_interval(secs => %(lease_s)s)
 WHERE id = ANY(%(ids)s) AND lease = ANY(%(leases)s) AND ready_at IS NOT NULL

-- recount --
-- Mend `pending` after a duplicate raced (run right after locking the row, so that its snapshot is fresh).
UPDATE conversations.conversation c
   SET pending = waiting.n, lease = NULL,
       ready_at = CASE WHEN waiting.n > 0 THEN clock_timestamp() END
  FROM (SELECT count(*) AS n FROM conversations.message
         WHERE conversation_id = %(conversation_id)s AND status = 'pending') waiting
 WHERE c.id = %(conversation_id)s AND c.lease = %(lease)s

-- finish_turn --
-- One commit: the message handled, its replies queued, the state changed, the lease given back. Nothing happens, and no
-- row comes back, when another worker has taken the lease over.
WITH talk AS (
    UPDATE conversations.conversation c
       SET pending = greatest(c.pending - 1, 0),
           ready_at = CASE WHEN c.pending > 1 THEN clock_timestamp() END,
           lease = NULL, attempts = 0,
           state = coalesce(%(state)s, c.state),
           queued = c.queued + CASE WHEN c.pulled THEN 0 ELSE jsonb_array_length(%(contents)s) END,
           send_at = CASE WHEN c.pulled OR (jsonb_array_length(%(contents)s) = 0 AND c.queued = 0) THEN c.send_at
                          ELSE coalesce(c.send_at, clock_timestamp()) END,
           updated_at = clock_timestamp()
     WHERE c.id = %(conversation_id)s AND c.lease = %(lease)s
    RETURNING c.id, c.channel, c.account, c.pulled, c.pending, c.state
), handled AS (
    UPDATE conversations.message m SET status = %(status)s, done_at = clock_timestamp(), reason = %(reason)s
      FROM talk WHERE m.id = %(message_id)s AND m.status = 'pending'
    RETURNING m.id
), replies AS (
    INSERT INTO conversations.message
           (id, conversation_id, direction, author, channel, account, content, status, answers)
    SELECT nextval('conversations.message_id'), talk.id, 'out', 'bot', talk.channel, talk.account, said.content,
           CASE WHEN talk.pulled THEN 'sent' ELSE 'queued' END, %(message_id)s
      FROM talk, (SELECT value AS content FROM jsonb_array_elements(%(contents)s) WITH ORDINALITY
                   ORDER BY ordinality) said
    RETURNING id
), erased AS (
    -- What is on its way to the customer still arrives; that something was said stays.
    UPDATE conversations.message m SET content = '{"erased": true}'
      FROM talk WHERE %(erase)s AND m.conversation_id = talk.id AND m.status NOT IN ('pending', 'queued')
), wish AS (
    INSERT INTO conversations.callback (conversation_id, reason, phone)
    SELECT talk.id, %(handover)s, %(phone)s FROM talk WHERE %(handover)s::text IS NOT NULL
    ON CONFLICT (conversation_id, reason) WHERE status <> 'ended'
    DO UPDATE SET told = false, next_try_at = clock_timestamp()
    RETURNING id
)
SELECT talk.pending, talk.pulled, talk.state, (SELECT count(*) FROM handled) AS handled,
       (SELECT count(*) FROM replies) AS replies, (SELECT count(*) FROM wish) AS wishes
  FROM talk

-- postpone --
-- The engine failed: try this conversation again later, its order kept.
UPDATE conversations.conversation
   SET lease = NULL,
       ready_at = clock_timestamp() + make_interval(secs => %(pause_s)s)
 WHERE id = %(conversation_id)s AND lease = %(lease)s

-- next_turn_at --
-- When the next conversation becomes ready by itself (a retry or a lease that runs out).
SELECT extract(epoch FROM min(ready_at) - clock_timestamp())::float8 AS seconds FROM conversations.conversation
 WHERE ready_at IS NOT NULL

-- claim_delivery --
-- Lease the conversation whose queued reply has waited longest, of the accounts that this process can send for, unless
-- the account is paused or stopped.
WITH claimed AS (
    UPDATE conversations.conversation c
       SET send_lease = %(lease)s, send_at = clock_timestamp() + make_interval(secs => %(lease_s)s)
     WHERE c.id = (SELECT t.id FROM conversations.conversation t
                    WHERE t.send_at <= clock_timestamp()
                      AND t.channel || '/' || t.account = ANY(%(accounts)s)
                      AND NOT EXISTS (SELECT 1 FROM conversations.account a
                                       WHERE a.channel = t.channel AND a.account = t.account
                                         AND a.paused_until > clock_timestamp())
                    ORDER BY t.send_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING c.id, c.channel, c.account, c.user_id, c.reply_until, c.send_attempts
)
SELECT claimed.id AS conversation_id, claimed.channel, claimed.account, claimed.user_id, claimed.reply_until,
       claimed.send_attempts AS attempts, m.id AS message_id, m.content
  FROM claimed
  LEFT JOIN LATERAL (SELECT id, content FROM conversations.message
                      WHERE conversation_id = claimed.id AND status = 'queued'
                      ORDER BY id LIMIT 1) m ON true

-- finish_delivery --
-- The platform took or refused one message for good; the next one of the conversation may go.
WITH talk AS (
    UPDATE conversations.conversation c
       SET queued = greatest(c.queued - 1, 0), send_lease = NULL, send_attempts = 0,
           send_at = CASE WHEN c.queued > 1 THEN clock_timestamp() END
     WHERE c.id = %(conversation_id)s AND c.send_lease = %(lease)s
    RETURNING c.id
)
UPDATE conversations.message m
   SET status = %(status)s, reason = %(reason)s, platform_message_id = %(platform_message_id)s,
       done_at = clock_timestamp()
  FROM talk WHERE m.id = %(message_id)s
RETURNING m.id

-- recount_delivery --
-- Mend `queued` when a leased conversation turns out to hold nothing to send.
UPDATE conversations.conversation c
   SET queued = waiting.n, send_lease = NULL, send_at = CASE WHEN waiting.n > 0 THEN clock_timestamp() END
  FROM (SELECT count(*) AS n FROM conversations.message
         WHERE conversation_id = %(conversation_id)s AND status = 'queued') waiting
 WHERE c.id = %(conversation_id)s AND c.send_lease = %(lease)s

-- postpone_delivery --
-- The platform may take it later; order inside the conversation is kept.
UPDATE conversations.conversation
   SET send_lease = NULL, send_attempts = send_attempts + %(counted)s,
       send_at = clock_timestamp() + make_interval(secs => %(pause_s)s)
 WHERE id = %(conversation_id)s AND send_lease = %(lease)s

-- pause_account --
-- Nothing leaves this account until then; the reason is shown to the operator.
INSERT INTO conversations.account (channel, account, paused_until, paused_reason)
VALUES (%(channel)s, %(account)s, clock_timestamp() + make_interval(secs => %(pause_s)s), %(reason)s)
ON CONFLICT (channel, account) DO UPDATE
   SET paused_until = excluded.paused_until, paused_reason = excluded.paused_reason

-- paused_accounts --
-- What an operator must know of.
SELECT channel, account, paused_reason, extract(epoch FROM paused_until - clock_timestamp())::float8 AS left_s
  FROM conversations.account WHERE paused_until > clock_timestamp() - interval '1 minute'

-- next_send_at --
-- When the next reply may leave by itself (a retry, a lease that runs out, an account's pause that ends).
SELECT extract(epoch FROM min(greatest(c.send_at, a.paused_until)) - clock_timestamp())::float8 AS seconds
  FROM conversations.conversation c
  LEFT JOIN conversations.account a USING (channel, account)
 WHERE c.send_at IS NOT NULL AND c.channel || '/' || c.account = ANY(%(accounts)s)

-- lock_account --
-- One process at a time works with an account's secrets (single-use refresh tokens).
SELECT data FROM conversations.account WHERE channel = %(channel)s AND account = %(account)s FOR UPDATE

-- ensure_account --
INSERT INTO conversations.account (channel, account) VALUES (%(channel)s, %(account)s) ON CONFLICT DO NOTHING

-- read_account --
SELECT data FROM conversations.account WHERE channel = %(channel)s AND account = %(account)s

-- save_account --
UPDATE conversations.account SET data = %(data)s WHERE channel = %(channel)s AND account = %(account)s

-- ready --
SELECT 1

-- notify --
-- Many signals, one statement.
SELECT pg_notify(topic, payload) FROM unnest(%(topics)s::text[], %(payloads)s::text[]) AS signal (topic, payload)

-- messages_after --
SELECT id, author, content, created_at FROM conversations.message
 WHERE conversation_id = %(conversation_id)s AND id > %(after)s ORDER BY id LIMIT %(limit)s

-- find_conversation --
SELECT id FROM conversations.conversation
 WHERE channel = %(channel)s AND account = %(account)s AND user_id = %(user_id)s

-- conversation_state --
SELECT state FROM conversations.conversation WHERE id = %(conversation_id)s

-- claim_callback --
-- One call-back that is not filed, or not told to its customer; leased by its next try.
UPDATE conversations.callback b SET next_try_at = clock_timestamp() + interval '60 seconds', attempts = b.attempts + 1
  FROM conversations.conversation c
 WHERE c.id = b.conversation_id
   AND b.id = (SELECT id FROM conversations.callback
                WHERE next_try_at <= clock_timestamp() AND NOT told AND status <> 'ended'
                ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING b.id, b.conversation_id, c.channel, b.reason, b.phone, b.created_at, b.code, b.attempts

-- filed_callback --
UPDATE conversations.callback SET status = 'filed', code = %(code)s, told = true
 WHERE id = %(id)s AND NOT told RETURNING id

-- postpone_callback --
UPDATE conversations.callback SET next_try_at = clock_timestamp() + make_interval(secs => %(pause_s)s)
 WHERE id = %(id)s

-- next_callback_at --
SELECT extract(epoch FROM min(next_try_at) - clock_timestamp())::float8 AS seconds FROM conversations.callback
 WHERE NOT told AND status <> 'ended'

-- end_callbacks --
-- The ticket is closed: the bot serves alone again.
UPDATE conversations.callback SET status = 'ended' WHERE conversation_id = %(conversation_id)s AND status <> 'ended'

-- leave_waiting --
UPDATE conversations.conversation SET state = 'bot', updated_at = clock_timestamp()
 WHERE id = %(conversation_id)s AND state = 'waiting' RETURNING id

-- erase --
-- What this customer said and was told is blanked; that it happened stays.
UPDATE conversations.message SET content = '{"erased": true}'
 WHERE conversation_id = %(conversation_id)s AND status <> 'pending'
