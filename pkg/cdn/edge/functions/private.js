// Runs on every request that is never kept (viewer request, cloudfront-js-2.0). What the load balancer and Magento believe
// of where a request came from is CloudFront's to say, and not the visitor's.
const FORGEABLE_HEADERS = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-server', 'forwarded',
    'x-original-url', 'x-rewrite-url', 'x-host', 'x-http-method-override', 'x-cache-scope'];

function handler(event) {
    const request = event.request;
    FORGEABLE_HEADERS.forEach(function (name) { delete request.headers[name]; });
    request.headers['true-client-ip'] = { value: event.viewer.ip };
    return request;
}
