<?php
/**
 * Sets or lifts the shop's maintenance while the schema changes: the keys "on" and "changing" of the ConfigMap magento-maintenance, by the
 * Kubernetes API. "changing" is the image whose change has begun. Where a change fails it stays, so that "unfinished" ends with 3 for
 * the same image: Argo CD tries a synchronisation that failed again, and what such a change needs is a person.
 */
declare(strict_types=1);

/** Asks the API about the ConfigMap, and returns its data. */
function ask(string $method, ?array $data = null): array
{
    $account = getenv('KUBERNETES_ACCOUNT') ?: '/var/run/secrets/kubernetes.io/serviceaccount';
    $server = getenv('KUBERNETES_URL') ?: sprintf('https://%s:%s', getenv('KUBERNETES_SERVICE_HOST'), getenv('KUBERNETES_SERVICE_PORT'));
    $handle = curl_init("$server/api/v1/namespaces/magento/configmaps/magento-maintenance");
    curl_setopt_array($handle, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => ['Content-Type: application/merge-patch+json', 'Authorization: Bearer ' . trim((string)file_get_contents("$account/token"))],
        CURLOPT_CAINFO => "$account/ca.crt",
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
    ]);
    if ($data !== null) {
        curl_setopt($handle, CURLOPT_POSTFIELDS, json_encode(['data' => $data]));
    }
    $answer = curl_exec($handle);
    $status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
    if ($answer === false || $status !== 200) {
        fwrite(STDERR, "maintenance: the Kubernetes API answers $status " . curl_error($handle) . "\n");
        exit(1);
    }
    return json_decode($answer, true)['data'] ?? [];
}

$mode = $argv[1] ?? '';
$image = getenv('MAGENTO_IMAGE');
if (!in_array($mode, ['on', 'off', 'unfinished'], true) || !is_string($image) || $image === '') {
    fwrite(STDERR, "maintenance: say on, off or unfinished, with the image in MAGENTO_IMAGE\n");
    exit(2);
}
if ($mode === 'unfinished') {
    exit((ask('GET')['changing'] ?? '') === $image ? 3 : 0);
}
ask('PATCH', $mode === 'on' ? ['on' => '1', 'changing' => $image] : ['on' => null, 'changing' => null]);
echo "maintenance: $mode\n";
