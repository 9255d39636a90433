# Where Magento is: the Service of the web pods, whose nginx asks PHP. A ClusterIP stays while its pods come and go; the name is
# looked up once, when Varnish starts.
backend nginx {
    .host = "magento-origin";
    .port = "8080";
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;    # CloudFront waits no longer (pkg/cdn/edge, OriginReadTimeoutSeconds)
    .between_bytes_timeout = 30s;
    .probe = {
        .request =
            "GET /health_check.php HTTP/1.1"
            "Host: localhost"
            "User-Agent: Varnish"
            "Connection: close";
        .interval = 2s;
        .timeout = 5s;
        .window = 4;
        .threshold = 2;
        .initial = 2;
    }
}
