vcl 4.1;

# Magento's page cache, between the load balancer and nginx. It keeps three things and passes on everything else:
#
#   pages for everybody   the edge says X-Cache-Scope: shared, and has taken off what is one visitor's
#   pages of a group      the edge names the request, and the visitor has an X-Magento-Vary: customers, currencies, websites
#   parts of pages        what scripts ask for and Magento marks as public (rules.vcl, rules_fragments), and ESI
#
# What is for everybody is asked for without a session, so that none can be in the answer. What is for a group is kept only if
# Magento's answer has the vary cookie that the request had.

import cookie;
import std;

include "backend.vcl";
include "rules.vcl";

sub vcl_recv {
    if (local.socket == "purge") {
        call purge_tags;
    }
    if (req.method !~ "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$") {
        return (synth(405));
    }
    if (req.url !~ "^/") {
        return (synth(400));
    }

    # The load balancer asks whether Varnish answers, which it does without PHP: what is kept is shown meanwhile.
    if (req.url ~ "^/health_check\.php(\?|$)") {
        return (synth(200));
    }

    # Where a request is from is said by the load balancer in X-Forwarded-Proto and by the edge in True-Client-IP.
    unset req.http.X-Forwarded-For;
    unset req.http.X-Forwarded-Host;
    unset req.http.X-Forwarded-Server;
    unset req.http.Forwarded;
    unset req.http.X-Host;
    unset req.http.X-Original-URL;
    unset req.http.X-Rewrite-URL;
    unset req.http.X-HTTP-Method-Override;
    unset req.http.Proxy;

    # A restart looks again after Magento failed (vcl_synth): whatever is kept will do.
    if (req.restarts == 0 && std.healthy(req.backend_hint)) {
        set req.grace = 10s;
    } else {
        set req.grace = 3d;
    }

    # An include of a page is answered under the name of the page. Nothing but Magento's own blocks is included: text of a
    # visitor's could ask for anything.
    if (req.esi_level > 0) {
        set req.http.Host = req_top.http.Host;
        if (req.url !~ "^/(index\.php/)?([A-Za-z]\w*/)?page_cache/block/esi/[^?]*$") {
            return (synth(404));
        }
    }

    if (req.method !~ "^(GET|HEAD)$" || req.http.Authorization || req.http.Transfer-Encoding || req.http.Content-Length ~ "[1-9]") {
        return (pass);
    }

    # Files: the edge keeps them for a year, and this memory is for pages.
    if (req.url ~ "^/(pub/)?(static|media)/") {
        return (pass);
    }

    # Paths that the edge, nginx and PHP may each read differently (pkg/cdn/edge/functions/pages.js, STRANGE).
    if (req.url ~ "(?i)^[^?]*(//|/\.|;|%(2[def]|3[0-9bf]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9ae]))") {
        return (pass);
    }

    # Of a cookie that comes twice, PHP reads the first and Varnish the last.
    call rules_doubled;

    if (req.esi_level > 0) {
        call without_session_or_group;
    }
    call rules_decided;
    call rules_private;
    call rules_fragments;
    if (req.http.X-Cache-Scope == "shared") {
        call without_session;
    }
    if (req.http.X-Cache-Scope && req.http.Cookie ~ "(^|;\s*)X-Magento-Vary=") {
        call of_group;
    }
    return (pass);
}

# Parts of pages have no scope of the edge's. Those that a guest asks for are made for everybody.
sub without_session_or_group {
    if (req.http.Cookie ~ "(^|;\s*)X-Magento-Vary=") {
        call of_group;
    }
    call without_session;
}

# The request loses all that an answer for everybody could depend on but its key. nginx sends no Set-Cookie for this scope.
sub without_session {
    set req.http.X-Cache-Scope = "shared";
    unset req.http.True-Client-IP;
    unset req.http.User-Agent;
    unset req.http.Accept;
    unset req.http.Accept-Language;
    unset req.http.Referer;
    unset req.http.Origin;
    if (req.http.Cookie) {
        cookie.parse(req.http.Cookie);
        call rules_content_cookies;
        set req.http.Cookie = regsub(cookie.get_string(), ";\s*$", "");
        if (req.http.Cookie == "") {
            unset req.http.Cookie;
        }
    }
    call keep;
}

# The request keeps its session, which says what the group may see.
sub of_group {
    call keep;
}

sub keep {
    call rules_tracking;
    set req.url = std.querysort(req.url);
    set req.url = regsub(req.url, "\?&*$", "");
    return (hash);
}

sub vcl_hash {
    hash_data(req.url);
    hash_data(req.http.Host);
    hash_data(req.http.X-Forwarded-Proto);
    if (req.http.X-Requested-With) {
        hash_data("script");
    }
    if (req.http.X-Cache-Scope == "shared") {
        hash_data("everybody");
        hash_data(req.http.Cookie);
    } else {
        cookie.parse(req.http.Cookie);
        hash_data("group " + cookie.get("X-Magento-Vary"));
        call rules_content_cookies;
        hash_data(cookie.get_string());
    }
    return (lookup);
}

# What a second look does not find is asked for once more, and the answer is shown as it is: Magento's page about maintenance, too.
sub vcl_miss {
    if (req.restarts > 0) {
        return (pass);
    }
    return (fetch);
}

# A connection for each request: on one that was used before, Varnish asks again when no answer comes, and Magento has GETs that
# change something. It spreads requests over all web pods, too, since a ClusterIP is chosen by connection.
sub vcl_backend_fetch {
    set bereq.http.Connection = "close";
    if (bereq.method == "GET" || bereq.method == "HEAD") {
        unset bereq.body;
    }
    return (fetch);
}

sub vcl_backend_response {
    set beresp.grace = 0s;
    set beresp.do_esi = beresp.http.Content-Type ~ "^text/html";
    if (bereq.uncacheable) {
        return (deliver);
    }

    # What failed replaces nothing that is kept, and vcl_synth looks for that.
    if (beresp.status >= 500) {
        return (abandon);
    }
    std.collect(beresp.http.Set-Cookie, "@@");
    if (bereq.http.X-Cache-Scope != "shared") {
        cookie.parse(bereq.http.Cookie);
        if (regsub(beresp.http.Set-Cookie, "(?s)^(.*@@)?X-Magento-Vary=([^;@]*).*$", "\2") != cookie.get("X-Magento-Vary")) {
            # The session is not of the group, or no longer. Others of the group need not wait for this one.
            unset beresp.http.Set-Cookie;
            set beresp.uncacheable = true;
            set beresp.ttl = 0s;
            return (deliver);
        }
    }

    # A visitor's own cookies come with what is passed on: the sections of each page, the cart, the account.
    unset beresp.http.Set-Cookie;
    if (beresp.status != 200 || beresp.ttl <= 0s || beresp.http.Vary ~ "\*" ||
        beresp.http.Cache-Control !~ "\bpublic\b" || beresp.http.Cache-Control ~ "\b(private|no-store|no-cache)\b") {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }

    # What has no tag cannot be purged by one.
    if (!beresp.http.X-Magento-Tags) {
        if (bereq.http.X-Cache-Scope != "shared") {
            set beresp.uncacheable = true;
            set beresp.ttl = 120s;
            return (deliver);
        }
        if (beresp.ttl > 1h) {
            set beresp.ttl = 1h;
        }
    }
    set beresp.grace = 3d;
    return (deliver);
}

sub vcl_backend_error {
    if (!bereq.uncacheable) {
        return (abandon);
    }
    call unavailable_backend;
    return (deliver);
}

sub vcl_deliver {
    if (obj.uncacheable) {
        set resp.http.X-Magento-Cache-Debug = "UNCACHEABLE";
    } elsif (obj.hits > 0) {
        set resp.http.X-Magento-Cache-Debug = "HIT";
    } else {
        set resp.http.X-Magento-Cache-Debug = "MISS";
    }
    if (req.url !~ "^/(pub/)?(static|media)/") {
        call mark;
    }
    unset resp.http.X-Magento-Tags;
    unset resp.http.X-Powered-By;
    unset resp.http.Server;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    return (deliver);
}

# Browsers keep no page: the edge tells them no-store in the place of this. CloudFront keeps what is for everybody, no longer than
# it is kept here, and what is shown past its time for ten seconds.
sub mark {
    unset resp.http.Age;
    unset resp.http.Pragma;
    unset resp.http.Expires;
    if (obj.uncacheable || req.http.X-Cache-Scope != "shared" || resp.status >= 400) {
        set resp.http.Cache-Control = "no-store, no-cache, must-revalidate, max-age=0, stale-if-error=0";
    } elsif (obj.ttl > 10s) {
        set resp.http.Cache-Control = "public, max-age=0, s-maxage=" + std.integer(duration=obj.ttl, fallback=10);
    } else {
        set resp.http.Cache-Control = "public, max-age=0, s-maxage=10";
    }
}

sub vcl_synth {
    if (resp.status == 503 && req.restarts == 0) {
        return (restart);
    }
    set resp.http.Cache-Control = "no-store, stale-if-error=0";
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    set resp.body = resp.reason;
    if (req.esi_level > 0) {
        set resp.body = "";
    }
    unset resp.http.Server;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    return (deliver);
}

sub unavailable_backend {
    set beresp.http.Cache-Control = "no-store, stale-if-error=0";
    set beresp.http.Content-Type = "text/plain; charset=utf-8";
    set beresp.http.Retry-After = "5";
    set beresp.body = beresp.reason;
}

# Magento purges here, by the tags of what changed (Magento\CacheInvalidate\Model\PurgeCache). The port is open to its pods alone.
sub purge_tags {
    if (req.method != "PURGE") {
        return (synth(405));
    }
    if (!req.http.X-Magento-Tags-Pattern) {
        return (synth(400, "X-Magento-Tags-Pattern is missing"));
    }
    if (req.http.X-Magento-Tags-Pattern ~ {"["\\\s]"}) {
        return (synth(400, "X-Magento-Tags-Pattern has a quote, a backslash or a space, which end it"));
    }
    if (!std.ban("obj.http.X-Magento-Tags ~ " + req.http.X-Magento-Tags-Pattern)) {
        return (synth(400, std.ban_error()));
    }
    return (synth(200, "Purged"));
}
