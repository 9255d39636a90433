-- Runs on every event of a container: says where it goes, and takes out of it what no log group holds. The line before this one
-- is generated: the namespaces that have a log group of their own.

-- Names whose value is a secret, in lower case. They may be part of a name: x-auth-token, customer_password.
local secrets = { "password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "accesskey", "access_key", "private_key",
    "sessionid", "phpsessid", "form_key", "cvv" }

-- Headers whose value is one up to the end of its line.
local headers = { "authorization", "cookie" }

-- What a name and its value have between them, in a header, a query, JSON, JSON in JSON, or PHP: a quote, then : or = or =>.
local between = "^\\?[\"']?%]?%s*[:=]>?%s*"

-- value returns where the value begins that follows a name and what is between them, and where the text goes on behind it.
local function value(text, at, to_end)
    local quote = text:match("^\\?([\"'])", at)
    if quote then
        local first = text:find(quote, at, true) + 1
        return first, text:find("\\?" .. quote, first) or #text + 1
    end
    return at, text:find(to_end and "[\r\n\"]" or "[%s,;&}%])\"'<]", at) or #text + 1
end

-- hide replaces the value of every name of a list. to_end is for headers. Every pattern of this script takes time in
-- proportion to the text: what a visitor sends may be in it.
local function hide(text, names, to_end)
    local lower = text:lower()
    for _, name in ipairs(names) do
        local pieces, done = {}, 1
        local from = lower:find(name, 1, true)
        while from do
            local resume = from + #name
            local _, last = lower:find(between, resume)
            if last then
                local first, stop = value(text, last + 1, to_end)
                pieces[#pieces + 1] = text:sub(done, first - 1) .. "[hidden]"
                done, resume = stop, stop
            end
            from = lower:find(name, resume, true)
        end
        if done > 1 then
            text = table.concat(pieces) .. text:sub(done)
            lower = text:lower()
        end
    end
    return text
end

-- private reports whether an address of IPv4 is one that no visitor has: of the VPC, the node or the pod itself.
local function private(a, b)
    return a == 10 or a == 127 or a == 0 or a > 255 or (a == 192 and b == 168) or (a == 169 and b == 254)
        or (a == 172 and b >= 16 and b <= 31) or (a == 100 and b >= 64 and b <= 127)
end

local function addresses(text)
    if text:find("%d%.%d+%.%d+%.%d") then
        text = text:gsub("[%w.-]+", function(word)
            local a, b, rest = word:match("^(%d+)%.(%d+)%.%d+%.%d+(%.?)$")
            if a and not private(tonumber(a), tonumber(b)) then return "[address]" .. rest end
        end)
    end
    if text:find(":%x*:") then
        -- Addresses that are routed begin with 2 or 3 (2000::/3). A time of nginx, 2026:11:59:59, has three colons.
        text = text:gsub("[%w:]+", function(word)
            if not word:find("^[23]%x%x%x:[%x:]+$") then return nil end
            local _, colons = word:gsub(":", "")
            if colons > 3 or word:find("::", 1, true) then return "[address]" .. (word:match("%x(:)$") or "") end
        end)
    end
    return text
end

-- luhn reports whether digits end in the check digit of a card (ISO/IEC 7812-1).
local function luhn(digits)
    local sum, double = 0, false
    for i = #digits, 1, -1 do
        local d = digits:byte(i) - 48
        if double then
            d = d * 2
            if d > 9 then d = d - 9 end
        end
        sum, double = sum + d, not double
    end
    return sum % 10 == 0
end

local function card(number)
    local digits = number:gsub("[ -]", "")
    local start = tonumber(digits:sub(1, 4))
    if #digits < 13 or #digits > 19 or start >= 7000 or (start < 3000 and (start < 2221 or start > 2720)) then return nil end
    return luhn(digits) and "[card]" or nil
end

-- cards hides numbers of payment cards: 13 to 19 digits that begin with 3 to 6, or with 2221 to 2720.
local function cards(text)
    if not text:find("%d%d%d%d[ -]?%d%d%d") then return text end
    return (text:gsub("()(%d[%d -]+%d)()", function(from, found, to)
        if text:find("^%w", from - 1) and from > 1 or text:find("^%w", to) then return nil end
        return card(found) or (found:gsub("%d+", card))
    end))
end

local access_key = "^A[KS]IA" .. string.rep("[A-Z2-7]", 16) .. "$"

-- words hides addresses of e-mail, web tokens (RFC 7519) and access keys of AWS.
local function words(text)
    return (text:gsub("[%w._%%+@-]+", function(word)
        if #word < 6 then return nil end
        local _, at = word:find("@", 2, true)
        if not at then _, at = word:find("%40", 2, true) end
        if at and word:find("^[%w-]+%.%w", at + 1) then return "[e-mail]" end
        if word:find("^eyJ[%w_-]+%.[%w_-]+") or word:find(access_key) then return "[hidden]" end
    end))
end

-- clean takes out of a text credentials, queries, and what tells who a visitor is.
local function clean(text)
    if text:find("[:=]") then
        text = hide(hide(text, headers, true), secrets, false)
        text = text:gsub("://[^/%s:@]+:[^/%s@]+@", "://[hidden]@")
    end
    if text:find("?", 1, true) then
        text = text:gsub("%?[%w_%%.%[%]-]+=[^%s\"'<>|]*", "?[query]")
    end
    text = text:gsub("([Bb]earer%s+)[%w._~+/=-]+", "%1[hidden]")
    return cards(addresses(words(text)))
end

-- pod is what Fluent Bit calls. 2 says that the time stays.
function pod(tag, time, record)
    local namespace, name, container = tag:match("^kube%.([^.]+)%.(.+)%.([^.]+)$")
    record["group"] = groups[namespace] and namespace or "other"
    if name then record["source"] = name .. "/" .. container end
    if type(record["log"]) == "string" then record["log"] = clean(record["log"]) end
    return 2, time, record
end
