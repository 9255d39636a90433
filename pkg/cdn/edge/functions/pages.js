// Runs on every request for a page, before CloudFront looks for it (viewer request, cloudfront-js-2.0).
//
// A request is shared when nothing in it makes its answer one visitor's: it loses everything that could, so that Magento
// answers what it answers a stranger, and whoever asks next may have the same. Every other request keeps all it has, under
// a key that no other request has.
import cf from 'cloudfront';

const CONTENT_COOKIES = __CONTENT_COOKIES__;
const PRIVATE_COOKIES = __PRIVATE_COOKIES__;
const PRIVATE_PATHS = __PRIVATE_PATHS__;
const STANDBY = __STANDBY__;
const SHARED_ORIGIN = __SHARED_ORIGIN__;
const TRACKING = /^(?:__TRACKING__)$/;

// Paths that CloudFront, the load balancer and PHP may each read differently: repeated slashes, dot segments, and encoded
// characters that need no encoding or end a segment.
const STRANGE = /\/\/|\/\.|%(?:2[def]|3[0-9bf]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9ae])|;/i;

// What CloudFront itself needs of a shared request, or does not let functions take away (CloudFront Developer Guide,
// "Restrictions on edge functions": Host, Content-Length, Transfer-Encoding and Via are read-only). Ranges and conditions are
// not among them: CloudFront hands them on to the origin, whose answer to one visitor's condition would be kept for all.
const KEPT_HEADERS = ['host', 'accept-encoding', 'content-length', 'transfer-encoding', 'via', 'cdn-loop'];

// What the load balancer and Magento believe of where a request came from, and what rewrites it behind the firewall.
const FORGEABLE_HEADERS = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-server', 'forwarded',
    'x-original-url', 'x-rewrite-url', 'x-host', 'x-http-method-override'];

function handler(event) {
    const request = event.request;
    const reading = request.method === 'GET' || request.method === 'HEAD';
    const shared = reading && isShared(request);
    if (STANDBY && reading) {
        failOver(shared);
    } else if (SHARED_ORIGIN && shared) {
        askThroughShield();
    }
    if (shared) {
        share(request);
    } else {
        keepPrivate(request, event);
    }
    return request;
}

// All edge locations ask for what is shared through one. A page without that detour is better than none.
function askThroughShield() {
    try {
        cf.selectRequestOriginById(SHARED_ORIGIN);
    } catch (refused) {
        console.log('no shield: ' + refused);
    }
}

// The ids are objects in the code that Adobe gives its customers (edge-optimize), and plain in AWS's page about mutual TLS with
// origins, and the Test API does not say which it takes. A page without failover is better than none, so that nothing that
// is thrown here goes further.
function failOver(shared) {
    const criteria = { statusCodes: STANDBY.statusCodes };
    const origins = [shared && SHARED_ORIGIN || STANDBY.origins[0], STANDBY.origins[1]];
    try {
        cf.createRequestOriginGroup({ originIds: origins.map(function (id) { return { originId: id }; }), failoverCriteria: criteria });
    } catch (refused) {
        try {
            cf.createRequestOriginGroup({ originIds: origins, failoverCriteria: criteria });
        } catch (refusedAgain) {
            console.log('no failover: ' + refusedAgain);
        }
    }
}

// A visitor with a vary cookie is not a default one, and the cookie is only what he says. Of a cookie that comes twice, PHP
// reads the first and the key may have the last. Scripts get other answers than people under the same path. Below some paths a
// session decides, whatever they look like.
function isShared(request) {
    return !PRIVATE_COOKIES.some(function (name) { return request.cookies[name]; }) &&
        !CONTENT_COOKIES.some(function (name) { return request.cookies[name] && request.cookies[name].multiValue; }) &&
        !STRANGE.test(request.uri) && !PRIVATE_PATHS.test(request.uri) && !request.headers['authorization'] && !request.headers['x-requested-with'] &&
        !hasBody(request);
}

// CloudFront refuses a GET with a body. Of one whose length is not told, only this much is sure.
function hasBody(request) {
    const length = request.headers['content-length'];
    return !!request.headers['transfer-encoding'] || !!length && length.value !== '0';
}

function share(request) {
    keepOnly(request.cookies, CONTENT_COOKIES);
    keepOnly(request.headers, KEPT_HEADERS);
    request.headers['x-cache-scope'] = { value: 'shared' };
    request.querystring = withoutTracking(request.querystring);
}

function keepPrivate(request, event) {
    FORGEABLE_HEADERS.forEach(function (name) { delete request.headers[name]; });
    request.headers['x-cache-scope'] = { value: event.context.requestId };
    request.headers['true-client-ip'] = { value: event.viewer.ip };
}

function keepOnly(values, names) {
    Object.keys(values).forEach(function (name) {
        if (names.indexOf(name) < 0) {
            delete values[name];
        }
    });
}

function withoutTracking(querystring) {
    const sorted = {};
    Object.keys(querystring).sort().forEach(function (name) {
        if (!TRACKING.test(name)) {
            sorted[name] = querystring[name];
        }
    });
    return sorted;
}
