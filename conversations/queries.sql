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
           (channel, account, user_id, pulled, reply_until, deed_at, pending, ready_at, queued, send_at)
    SELECT %(channel)s, %(account)s, %(user_id)s, %(pulled)s, %(reply_until)s, %(sent_at)s, 1, clock_timestamp(),
           CASE WHEN %(pulled)s THEN 0 ELSE 1 END, CASE WHEN NOT %(pulled)s THEN clock_timestamp() END
     WHERE NOT EXISTS (SELECT 1 FROM known)
    ON CONFLICT (channel, account, user_id) DO UPDATE
       SET pending = c.pending + 1,
           ready_at = coalesce(c.ready_at, clock_timestamp()),
           reply_until = greatest(c.reply_until, excluded.reply_until),
           deed_at = greatest(c.deed_at, excluded.deed_at),
           state = CASE c.state WHEN 'closed' THEN 'bot' ELSE c.state END,
           updated_at = clock_timestamp()
    RETURNING id, (xmax = 0) AS is_new,
              state = 'agent' AND coalesce(held_until > clock_timestamp(), true) AS held
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
SELECT stored.id, stored.conversation_id, true AS stored, talk.held FROM stored, talk
UNION ALL
SELECT known.id, known.conversation_id, false, false FROM known

-- overhear --
-- A customer wrote to somebody who holds the talk in the platform's own tool: kept for whoever reads along, and that is all.
WITH talk AS (
    INSERT INTO conversations.conversation AS c (channel, account, user_id, pulled, reply_until, deed_at)
    VALUES (%(channel)s, %(account)s, %(user_id)s, %(pulled)s, %(reply_until)s, %(sent_at)s)
    ON CONFLICT (channel, account, user_id) DO UPDATE
       SET reply_until = greatest(c.reply_until, excluded.reply_until),
           deed_at = greatest(c.deed_at, excluded.deed_at), updated_at = clock_timestamp()
    RETURNING id
)
INSERT INTO conversations.message
       (id, conversation_id, direction, author, channel, account, platform_message_id, content, status, sent_at, done_at)
SELECT nextval('conversations.message_id'), talk.id, 'in', 'customer', %(channel)s, %(account)s,
       %(platform_message_id)s, %(content)s, 'done', %(sent_at)s, clock_timestamp()
  FROM talk
ON CONFLICT (channel, account, platform_message_id) WHERE direction = 'in' DO NOTHING
RETURNING id, conversation_id

-- take_in_many --
-- The same for a batch: one statement, one commit, one wait for the disk, however many customers wrote (for a lone message
-- `take_in` costs a quarter less). Rows are locked in
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
           (channel, account, user_id, pulled, reply_until, deed_at, pending, ready_at, queued, send_at)
    SELECT channel, account, user_id, bool_or(pulled), max(reply_until), max(sent_at), count(*), clock_timestamp(),
           CASE WHEN bool_or(pulled) THEN 0 ELSE 1 END, CASE WHEN NOT bool_or(pulled) THEN clock_timestamp() END
      FROM fresh GROUP BY channel, account, user_id ORDER BY channel, account, user_id
    ON CONFLICT (channel, account, user_id) DO UPDATE
       SET pending = c.pending + excluded.pending,
           ready_at = coalesce(c.ready_at, clock_timestamp()),
           reply_until = greatest(c.reply_until, excluded.reply_until),
           deed_at = greatest(c.deed_at, excluded.deed_at),
           state = CASE c.state WHEN 'closed' THEN 'bot' ELSE c.state END,
           updated_at = clock_timestamp()
    RETURNING id, channel, account, user_id, pulled, (xmax = 0) AS is_new,
              state = 'agent' AND coalesce(held_until > clock_timestamp(), true) AS held
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
       (stored.id IS NOT NULL AND fresh.place IS NOT NULL) AS stored,
       coalesce(talk.held, false) AS held
  FROM looked_up l
  LEFT JOIN stored USING (channel, account, platform_message_id)
  LEFT JOIN fresh ON fresh.place = l.place
  LEFT JOIN talk ON talk.id = stored.conversation_id

-- find_inbound --
-- The row that won against a racing duplicate.
SELECT id, conversation_id FROM conversations.message
 WHERE direction = 'in' AND channel = %(channel)s AND account = %(account)s
   AND platform_message_id = %(platform_message_id)s

-- open_conversation --
-- A customer opened the chat without saying anything: the conversation exists, nothing is pending.
INSERT INTO conversations.conversation AS c (channel, account, user_id, pulled, reply_until, deed_at)
VALUES (%(channel)s, %(account)s, %(user_id)s, %(pulled)s, %(reply_until)s, %(sent_at)s)
ON CONFLICT (channel, account, user_id) DO UPDATE
   SET reply_until = greatest(c.reply_until, excluded.reply_until), deed_at = greatest(c.deed_at, excluded.deed_at),
       updated_at = clock_timestamp()
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

-- arrivals --
SELECT id, status, reason FROM conversations.message WHERE id = ANY(%(message_ids)s) AND status <> 'queued'

-- hold_conversation --
-- The conversation, held until commit.
SELECT id, channel, reply_until, left_at > coalesce(deed_at, '-infinity') AS has_left FROM conversations.conversation
 WHERE id = %(conversation_id)s FOR UPDATE

-- claim --
-- Lease the conversation that has waited longest and show its first pending message. SKIP LOCKED lets workers pass each
-- other. A lease is `ready_at` moved into the future: when a worker dies, time itself hands its conversation over; the try is
-- counted at the claim, so that a message that kills its worker is given up as well. Staff who hold the conversation in a
-- platform's own tool can't give it back there: their hold runs out. A claim need not be on disk before
-- the work begins: lost in a crash, it only lets the conversation be claimed again.
-- Due is what was due when this statement began. The row is read anew under its lock, but the messages are read as of the
-- beginning: a conversation that another worker claimed and finished in between would show a message that is done.
WITH claimed AS (
    UPDATE conversations.conversation c
       SET lease = %(lease)s, ready_at = clock_timestamp() + make_interval(secs => %(lease_s)s),
           attempts = c.attempts + 1,
           state = CASE WHEN c.state = 'agent' AND c.held_until <= clock_timestamp() THEN 'bot' ELSE c.state END,
           held_until = CASE WHEN c.held_until > clock_timestamp() THEN c.held_until END
     WHERE c.id = (SELECT id FROM conversations.conversation
                    WHERE ready_at <= statement_timestamp()
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
-- row comes back, when another worker has taken the lease over. What the bot says after a person took the talk over meanwhile
-- is kept but not sent (`queued` then counts too many, which `recount_delivery` mends).
WITH talk AS (
    UPDATE conversations.conversation c
       SET pending = greatest(c.pending - 1, 0),
           ready_at = CASE WHEN c.pending > 1 THEN clock_timestamp() END,
           lease = NULL, attempts = 0,
           state = CASE c.state WHEN 'agent' THEN c.state ELSE coalesce(%(state)s, c.state) END,
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
           (id, conversation_id, direction, author, channel, account, content, status, reason, answers)
    SELECT nextval('conversations.message_id'), talk.id, 'out', 'bot', talk.channel, talk.account, said.content,
           CASE WHEN talk.pulled THEN 'sent' WHEN talk.state = 'agent' THEN 'undeliverable' ELSE 'queued' END,
           CASE WHEN talk.state = 'agent' AND NOT talk.pulled THEN 'a person took the talk over' END, %(message_id)s
      FROM talk, (SELECT value AS content FROM jsonb_array_elements(%(contents)s) WITH ORDINALITY
                   ORDER BY ordinality) said
    RETURNING id
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
-- the account is paused or stopped. The account is chosen first, by its own index range, so that thousands that wait for
-- a stopped account, or until later, are never walked through. Due is what was due when this statement began, as in
-- `claim`. The same commit says which part is about to leave (`in_flight`), so that whoever takes over after a crash knows
-- that it may have arrived; `doubtful` tells of such a mark from before, `abandoned` that it is a dead process's.
WITH chosen AS (
    SELECT may.channel, may.account
      FROM unnest(%(channels)s::text[], %(accounts)s::text[]) AS may (channel, account)
     CROSS JOIN LATERAL (SELECT t.send_at FROM conversations.conversation t
                          WHERE t.channel = may.channel AND t.account = may.account AND t.send_at <= statement_timestamp()
                          ORDER BY t.send_at LIMIT 1) first
     WHERE NOT EXISTS (SELECT 1 FROM conversations.account a
                        WHERE a.channel = may.channel AND a.account = may.account
                          AND a.paused_until > clock_timestamp())
     ORDER BY first.send_at LIMIT 1
), due AS (
    SELECT t.id, t.in_flight IS NOT NULL AS doubtful, t.send_lease IS NOT NULL AS abandoned
      FROM conversations.conversation t
     WHERE (t.channel, t.account) = (SELECT channel, account FROM chosen) AND t.send_at <= statement_timestamp()
     ORDER BY t.send_at LIMIT 1 FOR UPDATE OF t SKIP LOCKED
), claimed AS (
    UPDATE conversations.conversation c
       SET send_lease = %(lease)s, send_at = clock_timestamp() + make_interval(secs => %(lease_s)s),
           in_flight = coalesce(c.in_flight, c.parts_sent)
      FROM due
     WHERE c.id = due.id
    RETURNING c.id, c.channel, c.account, c.user_id, c.reply_until, c.send_attempts, c.parts_sent, c.echoes,
              due.doubtful, due.abandoned,
              CASE WHEN c.left_at > coalesce(c.deed_at, '-infinity') THEN c.left_reason ELSE '' END AS left_reason
)
SELECT claimed.id AS conversation_id, claimed.channel, claimed.account, claimed.user_id, claimed.reply_until,
       claimed.send_attempts AS attempts, claimed.parts_sent, claimed.echoes, claimed.doubtful, claimed.abandoned,
       claimed.left_reason, m.id AS message_id, m.content, m.author
  FROM claimed
  LEFT JOIN LATERAL (SELECT id, content, author FROM conversations.message
                      WHERE conversation_id = claimed.id AND status = 'queued'
                      ORDER BY id LIMIT 1) m ON true

-- part_sent --
-- One part of several has left for sure and the next is about to. No row: somebody else has taken the conversation over.
UPDATE conversations.conversation c
   SET parts_sent = %(parts_sent)s, in_flight = %(parts_sent)s, echoes = NULL, doubt_key = NULL,
       lately_sent = array_remove((array_append(c.lately_sent, %(platform_message_id)s::text))
                                  [greatest(cardinality(c.lately_sent) - 14, 1):], NULL),
       send_at = clock_timestamp() + make_interval(secs => %(lease_s)s)
 WHERE c.id = %(conversation_id)s AND c.send_lease = %(lease)s
RETURNING c.id

-- finish_delivery --
-- The platform took or refused one message for good; the next one of the conversation may go.
WITH talk AS (
    UPDATE conversations.conversation c
       SET queued = greatest(c.queued - 1, 0), send_lease = NULL, send_attempts = 0,
           send_at = CASE WHEN c.queued > 1 THEN clock_timestamp() END,
           parts_sent = 0, in_flight = NULL, echoes = NULL, doubt_key = NULL,
           lately_sent = array_remove((array_append(c.lately_sent, %(platform_message_id)s::text))
                                      [greatest(cardinality(c.lately_sent) - 14, 1):], NULL)
     WHERE c.id = %(conversation_id)s AND c.send_lease = %(lease)s
    RETURNING c.id
)
UPDATE conversations.message m
   SET status = %(status)s, reason = %(reason)s, platform_message_id = %(platform_message_id)s,
       content = CASE WHEN m.content ? 'forget' THEN '{"erased": true}' ELSE m.content END, done_at = clock_timestamp()
  FROM talk WHERE m.id = %(message_id)s
RETURNING m.id

-- receive --
-- What a platform says of messages that it took from us: they arrived, they were seen (and so arrived). Never backwards; ids
-- that we don't know change nothing. Where it names a moment instead of ids, our clock may have noted the sending a little
-- later than its own; what was queued after that moment is not meant.
UPDATE conversations.message m
   SET delivered_at = coalesce(m.delivered_at, %(at)s),
       seen_at = CASE WHEN %(seen)s THEN coalesce(m.seen_at, %(at)s) ELSE m.seen_at END
  FROM conversations.conversation c
 WHERE c.channel = %(channel)s AND c.account = %(account)s AND c.user_id = %(user_id)s
   AND m.conversation_id = c.id AND m.direction = 'out' AND m.platform_message_id IS NOT NULL AND m.seen_at IS NULL
   AND (m.delivered_at IS NULL OR %(seen)s)
   AND (m.platform_message_id = ANY(%(message_ids)s)
        OR m.created_at <= %(up_to)s AND m.done_at <= %(up_to)s::timestamptz + interval '5 seconds')
RETURNING m.id, m.conversation_id

-- leave --
-- The customer lets us write no more; a deed of a later time undoes it.
UPDATE conversations.conversation
   SET left_at = greatest(left_at, %(at)s), left_reason = %(reason)s
 WHERE channel = %(channel)s AND account = %(account)s AND user_id = %(user_id)s
RETURNING id

-- hold_person --
-- The conversation of a person, held until commit; made when we never heard of them.
INSERT INTO conversations.conversation AS c (channel, account, user_id)
VALUES (%(channel)s, %(account)s, %(user_id)s)
ON CONFLICT (channel, account, user_id) DO UPDATE SET updated_at = clock_timestamp()
RETURNING c.id, c.state, c.held_until,
          EXISTS (SELECT 1 FROM conversations.message m
                   WHERE m.conversation_id = c.id AND m.direction = 'out'
                     AND m.platform_message_id = %(platform_message_id)s) AS is_known

-- silence --
-- The bot's answers that have not left yet stay unsaid: a person answers now (`queued` then counts too many, which
-- `recount_delivery` mends). News that nobody asked for still goes.
UPDATE conversations.message SET status = 'undeliverable', reason = 'a person took the talk over'
 WHERE conversation_id = %(conversation_id)s AND status = 'queued' AND author = 'bot' AND answers IS NOT NULL

-- move_conversation --
UPDATE conversations.conversation
   SET state = %(state)s, held_until = %(held_until)s
 WHERE id = %(conversation_id)s

-- keep_words --
-- What staff wrote in the platform's own tool: sent already.
INSERT INTO conversations.message
       (id, conversation_id, direction, author, channel, account, platform_message_id, content, status, sent_at, done_at)
VALUES (nextval('conversations.message_id'), %(conversation_id)s, 'out', 'agent', %(channel)s, %(account)s,
        %(platform_message_id)s, %(content)s, 'sent', %(at)s, clock_timestamp())

-- recount_delivery --
-- Mend `queued` when a leased conversation turns out to hold nothing to send.
UPDATE conversations.conversation c
   SET queued = waiting.n, send_lease = NULL, send_at = CASE WHEN waiting.n > 0 THEN clock_timestamp() END,
       parts_sent = 0, in_flight = NULL, echoes = NULL, doubt_key = NULL
  FROM (SELECT count(*) AS n FROM conversations.message
         WHERE conversation_id = %(conversation_id)s AND status = 'queued') waiting
 WHERE c.id = %(conversation_id)s AND c.send_lease = %(lease)s

-- postpone_delivery --
-- The platform may take it later; order inside the conversation is kept. In doubt whether it was taken, the mark stays,
-- and so does the key that the doubtful part's echo would have; one that came meanwhile ends the wait at once.
UPDATE conversations.conversation
   SET send_lease = NULL, send_attempts = send_attempts + %(counted)s,
       in_flight = CASE WHEN %(in_doubt)s THEN in_flight END,
       echoes = CASE WHEN %(in_doubt)s THEN echoes END,
       doubt_key = CASE WHEN %(in_doubt)s THEN %(key)s::text END,
       send_at = clock_timestamp()
                 + make_interval(secs => CASE WHEN %(in_doubt)s AND echoes ? %(key)s::text THEN 0 ELSE %(pause_s)s END)
 WHERE id = %(conversation_id)s AND send_lease = %(lease)s

-- renew_send_leases --
-- These sends still run.
UPDATE conversations.conversation SET send_at = clock_timestamp() + make_interval(secs => %(lease_s)s)
 WHERE id = ANY(%(ids)s) AND send_lease = ANY(%(leases)s) AND send_at IS NOT NULL

-- hear_echo --
-- The platform shows what it took. It matters only while a part is on its way, and only when its id is not that of one
-- that is known to have left; a conversation that waits for it need not wait any longer.
UPDATE conversations.conversation
   SET echoes = coalesce(echoes, '{}') || jsonb_build_object(%(key)s::text, %(platform_message_id)s::text),
       send_at = CASE WHEN send_lease IS NULL AND coalesce(doubt_key = %(key)s, true) THEN clock_timestamp()
                      ELSE send_at END
 WHERE channel = %(channel)s AND account = %(account)s AND user_id = %(user_id)s
   AND in_flight IS NOT NULL AND queued > 0 AND NOT %(platform_message_id)s = ANY(lately_sent)
RETURNING send_lease IS NULL AS waited

-- reserve_moment --
-- The next moment at which this account may send, for all processes together. Lost in a crash of the database it costs
-- nothing, so it waits for no disk.
INSERT INTO conversations.pace AS p (channel, account, next_at)
VALUES (%(channel)s, %(account)s, clock_timestamp() + make_interval(secs => %(every_s)s))
ON CONFLICT (channel, account) DO UPDATE
   SET next_at = greatest(p.next_at, clock_timestamp()) + make_interval(secs => %(every_s)s)
RETURNING extract(epoch FROM next_at - clock_timestamp())::float8 - %(every_s)s AS wait_s,
          set_config('synchronous_commit', 'off', true) AS durable

-- pause_account --
-- Nothing leaves this account until then; the reason is shown to the operator.
INSERT INTO conversations.account (channel, account, paused_until, paused_reason)
VALUES (%(channel)s, %(account)s, clock_timestamp() + make_interval(secs => %(pause_s)s), %(reason)s)
ON CONFLICT (channel, account) DO UPDATE
   SET paused_until = excluded.paused_until, paused_reason = excluded.paused_reason

-- next_send_at --
-- When the next reply may leave by itself (a retry, a lease that runs out, an account's pause that ends).
SELECT extract(epoch FROM min(greatest(first.send_at, a.paused_until)) - clock_timestamp())::float8 AS seconds
  FROM unnest(%(channels)s::text[], %(accounts)s::text[]) AS may (channel, account)
 CROSS JOIN LATERAL (SELECT t.send_at FROM conversations.conversation t
                      WHERE t.channel = may.channel AND t.account = may.account AND t.send_at IS NOT NULL
                      ORDER BY t.send_at LIMIT 1) first
  LEFT JOIN conversations.account a USING (channel, account)

-- lock_account --
-- One process at a time works with an account's secrets (single-use refresh tokens).
SELECT data FROM conversations.account WHERE channel = %(channel)s AND account = %(account)s FOR UPDATE

-- ensure_account --
INSERT INTO conversations.account (channel, account) VALUES (%(channel)s, %(account)s) ON CONFLICT DO NOTHING

-- read_account --
SELECT data FROM conversations.account WHERE channel = %(channel)s AND account = %(account)s

-- save_account --
UPDATE conversations.account SET data = %(data)s WHERE channel = %(channel)s AND account = %(account)s

-- account_standing --
-- Every account with what was seen of it and what waits for it; one row without a channel when there is none.
WITH waiting AS (
    SELECT channel, account, count(*) AS waiting, min(created_at) AS oldest_at
      FROM conversations.message WHERE status = 'queued' GROUP BY channel, account
), known AS (
    SELECT channel, account FROM conversations.account
    UNION SELECT channel, account FROM conversations.account_life
    UNION SELECT channel, account FROM waiting
)
SELECT clock_timestamp() AS now, k.channel, k.account, l.heard_at, l.refused_at, l.sent_at,
       coalesce(w.waiting, 0) AS waiting, w.oldest_at, coalesce(a.data, '{}') AS data, a.paused_until, a.paused_reason
  FROM (SELECT 1) one
  LEFT JOIN known k ON true
  LEFT JOIN conversations.account a USING (channel, account)
  LEFT JOIN conversations.account_life l USING (channel, account)
  LEFT JOIN waiting w USING (channel, account)
 ORDER BY k.channel, k.account

-- account_tallies --
-- How the last hour's deliveries went.
SELECT channel, account, outcome, reason, sum(tries)::int AS hour,
       coalesce(sum(tries) FILTER (WHERE minute > now() - make_interval(secs => %(lately_s)s)), 0)::int
           AS lately
  FROM conversations.account_tally
 WHERE minute > now() - greatest(interval '1 hour', make_interval(secs => %(lately_s)s))
 GROUP BY channel, account, outcome, reason ORDER BY hour DESC, outcome, reason

-- note_lives --
INSERT INTO conversations.account_life AS l (channel, account, heard_at, refused_at, sent_at)
SELECT channel, account, CASE WHEN heard THEN clock_timestamp() END, CASE WHEN refused THEN clock_timestamp() END,
       CASE WHEN sent THEN clock_timestamp() END
  FROM unnest(%(channels)s::text[], %(accounts)s::text[], %(heard)s::boolean[], %(refused)s::boolean[],
              %(sent)s::boolean[]) AS seen (channel, account, heard, refused, sent)
ON CONFLICT (channel, account) DO UPDATE
   SET heard_at = greatest(l.heard_at, excluded.heard_at), refused_at = greatest(l.refused_at, excluded.refused_at),
       sent_at = greatest(l.sent_at, excluded.sent_at)

-- note_tries --
INSERT INTO conversations.account_tally AS t (minute, channel, account, outcome, reason, tries)
SELECT date_trunc('minute', clock_timestamp()), channel, account, outcome, reason, tries
  FROM unnest(%(channels)s::text[], %(accounts)s::text[], %(outcomes)s::text[], %(reasons)s::text[],
              %(tries)s::int[]) AS seen (channel, account, outcome, reason, tries)
ON CONFLICT (minute, channel, account, outcome, reason) DO UPDATE SET tries = t.tries + excluded.tries

-- forget_tallies --
DELETE FROM conversations.account_tally WHERE minute < clock_timestamp() - %(kept)s::interval

-- hold_alone --
-- One process at a time works on the account, while its row stays free for others; ends with the transaction or its death.
SELECT pg_advisory_xact_lock(hashtextextended(%(channel)s || '/' || %(account)s, 17))

-- remember --
-- Put a part into what the account remembers and take the names `without` out; the rest stays.
UPDATE conversations.account SET data = (data - %(without)s::text[]) || %(part)s
 WHERE channel = %(channel)s AND account = %(account)s

-- remember_while --
-- The same while `renewing` is still the mark of the one who asks.
UPDATE conversations.account SET data = (data - 'renewing' - 'access_token') || %(part)s
 WHERE channel = %(channel)s AND account = %(account)s AND data #>> '{renewing,id}' = %(mark)s

-- remember_freely --
-- A part that nobody needs for sure: whoever holds the row is not waited for.
UPDATE conversations.account a SET data = a.data || %(part)s
  FROM (SELECT channel, account FROM conversations.account
         WHERE channel = %(channel)s AND account = %(account)s FOR UPDATE SKIP LOCKED) free
 WHERE a.channel = free.channel AND a.account = free.account

-- count_for_account --
UPDATE conversations.account
   SET data = data || jsonb_build_object(%(name)s::text, jsonb_build_object(
           %(span)s::text, coalesce((data #>> ARRAY[%(name)s, %(span)s])::int, 0) + 1))
 WHERE channel = %(channel)s AND account = %(account)s
RETURNING (data #>> ARRAY[%(name)s, %(span)s])::int AS count

-- resume_account --
UPDATE conversations.account SET paused_until = clock_timestamp()
 WHERE channel = %(channel)s AND account = %(account)s AND paused_until > clock_timestamp()

-- ready --
SELECT 1

-- notify --
-- Many signals, one statement.
SELECT pg_notify(topic, payload) FROM unnest(%(topics)s::text[], %(payloads)s::text[]) AS signal (topic, payload)

-- messages_after --
SELECT id, author, content, created_at, platform_message_id FROM conversations.message
 WHERE conversation_id = %(conversation_id)s AND id > %(after)s ORDER BY id LIMIT %(limit)s

-- newest_message --
SELECT coalesce(max(id), 0) AS id FROM conversations.message WHERE conversation_id = %(conversation_id)s

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
-- From here on only the ticket knows the number to call.
UPDATE conversations.callback SET status = 'filed', code = %(code)s, told = true, phone = NULL
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

-- want_deletion --
-- A platform asks us to forget a person; asked again, it is the same wish.
INSERT INTO conversations.deletion AS d (code, request, channel, accounts, person)
VALUES (%(code)s, %(request)s, %(channel)s, %(accounts)s, %(person)s)
ON CONFLICT (request) DO UPDATE SET request = d.request
RETURNING d.code

-- find_deletion --
SELECT code, asked_at, done_at, found FROM conversations.deletion WHERE code = %(code)s

-- claim_deletion --
-- One wish; leased by its next try.
UPDATE conversations.deletion SET next_try_at = clock_timestamp() + interval '5 minutes', attempts = attempts + 1
 WHERE code = (SELECT code FROM conversations.deletion WHERE done_at IS NULL AND next_try_at <= clock_timestamp()
                ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING code, channel, accounts, person, attempts

-- postpone_deletion --
UPDATE conversations.deletion SET next_try_at = clock_timestamp() + make_interval(secs => %(pause_s)s)
 WHERE code = %(code)s AND done_at IS NULL

-- finish_deletion --
UPDATE conversations.deletion SET done_at = clock_timestamp(), person = NULL, found = %(found)s
 WHERE code = %(code)s AND done_at IS NULL

-- next_deletion_at --
SELECT extract(epoch FROM min(next_try_at) - clock_timestamp())::float8 AS seconds FROM conversations.deletion
 WHERE done_at IS NULL

-- conversations_of --
SELECT id FROM conversations.conversation
 WHERE channel = %(channel)s AND account = ANY(%(accounts)s) AND user_id = ANY(%(people)s) ORDER BY id

-- cut_off --
-- Nobody finds the conversation by its person any more; whoever writes again is a stranger. The platform's message ids stay, so
-- that a delivery of old events finds them known.
WITH talk AS (
    UPDATE conversations.conversation
       SET user_id = 'forgotten ' || id, reply_until = NULL, updated_at = clock_timestamp()
     WHERE id = %(conversation_id)s
    RETURNING id
), wishes AS (
    UPDATE conversations.callback b SET phone = NULL, status = 'ended' FROM talk WHERE b.conversation_id = talk.id
)
SELECT count(*) AS messages FROM conversations.message m, talk WHERE m.conversation_id = talk.id

-- forget --
-- All that is kept of what was said up to a message: words, files, the number to call, the engine's memory. That something was
-- said stays; what is on its way still arrives, to be blanked then. A call-back not filed yet keeps its number until its ticket has it.
WITH gone AS (
    SELECT id, content FROM conversations.message
     WHERE conversation_id = %(conversation_id)s AND id <= %(up_to)s AND status NOT IN ('pending', 'queued')
), blanked AS (
    UPDATE conversations.message m SET content = '{"erased": true}' FROM gone WHERE m.id = gone.id
), under_way AS (
    UPDATE conversations.message SET content = content || '{"forget": true}'
     WHERE conversation_id = %(conversation_id)s AND id <= %(up_to)s AND status = 'queued'
), unrated AS (
    UPDATE conversations.rating SET comment = NULL WHERE conversation_id = %(conversation_id)s
), unphoned AS (
    UPDATE conversations.callback SET phone = NULL
     WHERE conversation_id = %(conversation_id)s AND (told OR status = 'ended')
), taken_back AS (
    DELETE FROM conversations.upload u
     WHERE u.conversation_id = %(conversation_id)s
       AND NOT EXISTS (SELECT 1 FROM conversations.message m
                        WHERE m.conversation_id = u.conversation_id AND m.id NOT IN (SELECT id FROM gone)
                          AND m.content -> 'attachments' @> jsonb_build_array(jsonb_build_object('url', u.url)))
    RETURNING u.url
), dropped AS (
    INSERT INTO conversations.file_to_drop (url)
    SELECT url FROM taken_back
     UNION SELECT jsonb_path_query(content, '$.attachments[*].url') #>> '{}' FROM gone
     UNION SELECT jsonb_path_query(content, '$.cards[*].picture') #>> '{}' FROM gone
    ON CONFLICT DO NOTHING
)
SELECT engine.forget(%(conversation_id)s)

-- break_off --
-- Nothing waits for an answer any more; a turn at work has lost its lease and changes nothing.
WITH talk AS (
    UPDATE conversations.conversation
       SET state = 'closed', pending = 0, ready_at = NULL, lease = NULL, attempts = 0, updated_at = clock_timestamp()
     WHERE id = %(conversation_id)s
    RETURNING id
)
UPDATE conversations.message m SET status = 'done'
  FROM talk WHERE m.conversation_id = talk.id AND m.status = 'pending'

-- send_no_more --
-- What was on its way is not sent; a delivery at work has lost its lease and changes nothing.
WITH talk AS (
    UPDATE conversations.conversation
       SET queued = 0, send_at = NULL, send_lease = NULL, send_attempts = 0, parts_sent = 0, in_flight = NULL,
           echoes = NULL, doubt_key = NULL, lately_sent = '{}'
     WHERE id = %(conversation_id)s
    RETURNING id
)
UPDATE conversations.message m SET status = 'undeliverable', reason = 'forgotten'
  FROM talk WHERE m.conversation_id = talk.id AND m.status = 'queued'

-- forget_late_turn --
-- A turn ended whose conversation was broken off meanwhile: what it left with the engine goes too.
SELECT engine.forget(id) FROM conversations.conversation
 WHERE id = %(conversation_id)s AND state = 'closed' AND lease IS NULL AND pending = 0

-- keep_upload --
INSERT INTO conversations.upload (url, conversation_id, name) VALUES (%(url)s, %(conversation_id)s, %(name)s)

-- find_uploads --
-- Only who uploaded a file can send it on.
SELECT url, name FROM conversations.upload WHERE conversation_id = %(conversation_id)s AND url = ANY(%(urls)s)

-- drop_unsent_uploads --
-- After a day an upload has been sent, or never will be.
WITH old AS (
    DELETE FROM conversations.upload
     WHERE url IN (SELECT url FROM conversations.upload WHERE created_at < clock_timestamp() - interval '1 day'
                    ORDER BY created_at LIMIT 500)
    RETURNING url, conversation_id
), dropped AS (
    INSERT INTO conversations.file_to_drop (url)
    SELECT url FROM old
     WHERE NOT EXISTS (SELECT 1 FROM conversations.message m
                        WHERE m.conversation_id = old.conversation_id
                          AND m.content -> 'attachments' @> jsonb_build_array(jsonb_build_object('url', old.url)))
    ON CONFLICT DO NOTHING
)
SELECT count(*) AS looked_at FROM old

-- claim_files --
-- Files that nothing mentions any more, held until commit.
SELECT url FROM conversations.file_to_drop WHERE next_try_at <= clock_timestamp()
 ORDER BY next_try_at LIMIT 50 FOR UPDATE SKIP LOCKED

-- dropped_files --
DELETE FROM conversations.file_to_drop WHERE url = ANY(%(urls)s)

-- postpone_files --
UPDATE conversations.file_to_drop SET next_try_at = clock_timestamp() + interval '1 minute' WHERE url = ANY(%(urls)s)

-- next_file_at --
SELECT extract(epoch FROM min(next_try_at) - clock_timestamp())::float8 AS seconds FROM conversations.file_to_drop

-- find_access --
-- Which tokens open a person's conversation; no row before it is there. Conversations older than this table are
-- opened by tokens of generation 0.
SELECT c.id, coalesce(a.generation, 0) AS generation, a.key, a.renewed_at, a.revoked_at
  FROM conversations.conversation c LEFT JOIN conversations.access a ON a.conversation_id = c.id
 WHERE c.channel = %(channel)s AND c.account = %(account)s AND c.user_id = %(user_id)s

-- bind_access --
-- The first one to bind a conversation to its key wins.
INSERT INTO conversations.access (conversation_id, key) VALUES (%(conversation_id)s, %(key)s)
ON CONFLICT (conversation_id) DO NOTHING

-- next_generation --
-- Of several that renew the same token at once one counts up; the others find the new generation there.
UPDATE conversations.access SET generation = generation + 1, renewed_at = clock_timestamp()
 WHERE conversation_id = %(conversation_id)s AND generation = %(generation)s AND revoked_at IS NULL

-- revoke_access --
INSERT INTO conversations.access (conversation_id, revoked_at) VALUES (%(conversation_id)s, clock_timestamp())
ON CONFLICT (conversation_id) DO UPDATE SET revoked_at = clock_timestamp()

-- end_conversation --
-- Its customer is done; a state that is closed already stays, and no row comes back. The next message begins anew.
WITH ended AS (
    UPDATE conversations.conversation SET state = 'closed', updated_at = clock_timestamp()
     WHERE id = %(conversation_id)s AND state <> 'closed'
    RETURNING id
)
SELECT id, engine.forget(id) FROM ended

-- rate --
-- One rating for the talk up to now; a second one for the same talk replaces the first.
INSERT INTO conversations.rating (conversation_id, after_message, stars, comment)
SELECT %(conversation_id)s, coalesce(max(id), 0), %(stars)s, %(comment)s FROM conversations.message
 WHERE conversation_id = %(conversation_id)s
ON CONFLICT (conversation_id, after_message) DO UPDATE SET stars = excluded.stars, comment = excluded.comment
