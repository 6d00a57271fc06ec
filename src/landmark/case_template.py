"""What `landmark new` writes: a case file with every key, each with its explanation.

A line that begins with `#` and a key is a key left out, as it would be written; `# ` begins an explanation.
"""

TEMPLATE = """\
# A case of Landmark. Lines that begin with "# " explain; a key behind "#" may be left out, and is shown with an
# example or with its default. docs/case-file.md says more of each. `landmark check` says whether all is as it must be.

# The targets as a list (CSV with the columns id,host,path,newsgroup,from,until,listed_by,basis), in place of the
# tables [[target]] below. It stands above the first table.
#targets = "targets.csv"

[case]
# The short name, without blanks, and the title.
id = "landmark"
title = "Operation Landmark"
# Country of the unit that leads the case: two capital letters (ISO 3166-1).
lead = "GB"

# ── What was allowed ────────────────────────────────────────────────────────────────────────────────────────────────

[authority]
# Nothing outside it is kept.
reference = "W-2001-117"
issuer = "Example Court"
provider = "Example Internet"
# By what right: "order" or "consent".
#basis = "order"
# Country of the provider; left out, it is the lead's.
#country = "GB"
# Time zone of the provider; without it, clocks that wrote local time as UTC are not looked for.
zone = "Europe/London"
# First and last day on which the authority may be used; on other days only with --as-of DATE.
#valid_from = 2001-10-01
#valid_until = 2002-10-01
# The provider's public key: with it every input must be under an acquisition.json, and that signed.
#provider_key = "provider.pem"
# The window. The first instant belongs to it, the last does not. An instant has an offset or Z.
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
# Kinds of data: "traffic" (logs), "identification" (assignments), "subscriber" (who the customers are), "content".
covers = ["traffic", "identification"]

# ── How it is counted ───────────────────────────────────────────────────────────────────────────────────────────────

[rules]
# The longest pause within one visit.
#visit_gap = "30m"
# A subject has more visits than this.
#more_than = 10
# How far any clock may be off.
#clock_tolerance = "5s"
# The share of a file's lines that may be rejected before the exit status is 4.
#reject_more_than = 0.001
# The disk that a run may need; it is estimated before it starts. Left out, it is what is free.
#disk = "20GB"
# Files of the networks that crawlers publish as theirs, one network a line.
#crawler_networks = ["crawlers.txt"]

[countries]
# A data set of countries by address; left out, it is the packaged registry data, whose date is stated.
#addresses = "geo.csv"
# Its date, where it does not tell its own; only with `addresses`.
#date = 2001-10-05
# Files of networks of anonymising services, one network a line.
#anonymisers = ["tor-exits.txt"]

# ── What is watched ─────────────────────────────────────────────────────────────────────────────────────────────────

[[target]]
# A forum: its host, the beginning of its path, or both. "*.forum-a.example" is every host below that name.
id = "forum-a"
host = "forum-a.example"
path = "/board/"

[[target]]
# A newsgroup. "test.watched.*" is every group below that name.
id = "group-a"
newsgroup = "test.watched.a"
# Since when and until when it is on the list, who put it there, and why.
#from = 2001-10-03T00:00:00Z
#until = 2001-10-12T00:00:00Z
#listed_by = "Example Hotline"
#basis = "report 4711"

# ── The inputs: paths in this folder, or absolute ones; * stands for any part of a name ─────────────────────────────

[[log]]
files = ["logs/access*.log*"]
format = "combined"
# The host that was asked, as the provider states it: this format does not log it.
host = "forum-a.example"
# Which field after the agent is the client's port, from 1. No other field there is ever read.
#client_port = 1
# Address and port of the server.
#server = "192.0.2.80:443"
# Paths under which the server checks the login that it logs.
#login_verified = ["/board/members/"]
# A name that logs share whose logins are the same people's.
#realm = "members"
# Proxies whose word is taken on whom they forward.
#trusted_proxies = ["10.0.0.0/8"]

# A server's own format: the line as it stands in its configuration.
#[[log]]
#files = ["logs/forum-b*.log"]
#format = "nginx"
#log_format = '$remote_addr:$remote_port - $remote_user [$time_local] "$host" "$request" $status $body_bytes_sent'

[[log]]
files = ["logs/news.notice*"]
format = "inn"
# What wraps the lines: "rfc3164", "iso", "rfc5424" or "journal". All but the first state each instant: no zone and no
# year then.
#transport = "rfc3164"
# Time zone of the written times, and year of the first line: this format writes neither.
zone = "Europe/London"
year = 2001
# How far this server's clock may be off, where it is not as [rules] says.
#clock_tolerance = "2s"
# How far it was measured to be ahead (negative: behind), and who measured it; it is taken off every instant.
#clock_ahead = "7m12s"
#why = "measured by the provider on 2001-10-16"
# Stretches of time in which it is not to be trusted.
#doubtful = [{ from = 2001-10-04T00:00:00Z, until = 2001-10-05T00:00:00Z, why = "clock replaced" }]
# That another file holds equal rows is known and meant.
#overlap = "keep"
# Files that an earlier run read and that are no longer there.
#gone = ["logs/news.notice.9"]

[[assignment]]
# Which account held which address: a CSV with the columns address, port_from, port_to, from, until, account.
files = ["isp/assignments*.csv"]
format = "csv"
zone = "UTC"
# The year of the first line, where the format does not write it.
#year = 2001
# What the account is: "user-name", "circuit-id", "client-id", "duid", … A hardware address is none.
account = "user-name"
# Of translations it is "inner-address": the other records resolve it further.
# The network that inner addresses belong to, where two networks use the same ones.
#realm = "north"
# How differing spellings of an account are made one: "lower", "no-realm", "lower no-realm".
#account_form = "lower"
# What the file's own header calls the columns.
#columns = { address = "ip", account = "customer" }
# As for a log:
#clock_tolerance = "2s"
#clock_ahead = "-90s"
#why = "measured by the provider on 2001-10-16"
#doubtful = [{ from = 2001-10-04T00:00:00Z, until = 2001-10-05T00:00:00Z, why = "records lost" }]
#overlap = "keep"
#gone = ["isp/assignments-09.csv"]

# RADIUS accounting that lies in a table of a database, as the database's own program dumps it.
#[[assignment]]
#files = ["isp/radacct.sql"]
#format = "radius-sql"
#account = "user-name"
# Which table, where it is not "radacct"; `columns` as above.
#table = "radius.accounting"

# Who the customers are, read only when names are revealed; it needs "subscriber" in `covers`.
#[[subscribers]]
#files = ["subscribers.csv"]
# Time zone of the columns from and until, where the file does not write it.
#zone = "Europe/London"
# How differing spellings of an account are made one; left out, as the assignments say.
#account_form = "lower"
# What the file's own header calls the columns: account, billing_name, billing_address, billing_country, the same of
# installation and of user, from, until.
#columns = { account = "customer", billing_name = "payer" }

# ── What is known of names and visitors ─────────────────────────────────────────────────────────────────────────────

# What a server's logins are among the accounts: two names, or two suffixes that begin with @.
#[[login_map]]
#from = "@provider.example"
#to = "@isp.example"

# What accounts of one kind are in another, where the assignments name several kinds.
#[[account_map]]
#from = "circuit 17"
#to = "someone@isp.example"

# A unit or hotline at work, by one of address (or network), account and login; neither lead nor enquiry.
#[[known]]
#address = "192.0.2.7"
#from = 2001-10-01T00:00:00Z
#until = 2001-10-15T00:00:00Z
#who = "Example Hotline"
#why = "observation under W-2001-117"

# What serves several people (a café, a proxy), by one of address (or network), account and login; no lead.
#[[leaf]]
#login = "reading-room"
#why = "a library, says the provider"
"""
"""The text of the case file."""
