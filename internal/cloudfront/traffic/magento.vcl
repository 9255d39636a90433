vcl 4.1;

# What Magento's own rules for Varnish do to pages (app/code/Magento/PageCache/etc/varnish7.vcl of 2.4), written anew for the
# comparison: no purging, no GraphQL, no design exceptions.

backend default {
    .host = "localhost";
    .port = "8080";
}

sub vcl_recv {
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.url ~ "/customer|/checkout" || req.url ~ "^/(pub/)?(media|static)/") {
        return (pass);
    }
    if (req.url ~ "[?&](TRACKING)=") {
        set req.url = regsuball(req.url, "(TRACKING)=[-_A-Za-z0-9+()%.]+&?", "");
        set req.url = regsub(req.url, "[?&]+$", "");
    }
    return (hash);
}

sub vcl_hash {
    if (req.http.cookie ~ "X-Magento-Vary=") {
        hash_data(regsub(req.http.cookie, "^.*?X-Magento-Vary=([^;]+);*.*$", "\1"));
    }
}

sub vcl_backend_response {
    set beresp.grace = 3d;
    if (beresp.status != 200 && beresp.status != 404 || beresp.http.Cache-Control ~ "private|no-cache|no-store") {
        set beresp.ttl = 120s;
        set beresp.uncacheable = true;
    } elsif (beresp.ttl > 0s && (bereq.method == "GET" || bereq.method == "HEAD")) {
        unset beresp.http.Set-Cookie;
    }
}
