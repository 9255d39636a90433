<?php
/** Sets or lifts the shop's maintenance: the key "on" of the ConfigMap magento-maintenance, by the Kubernetes API. */
declare(strict_types=1);

$mode = $argv[1] ?? '';
if (!in_array($mode, ['on', 'off'], true)) {
    fwrite(STDERR, "maintenance: say on or off\n");
    exit(2);
}
$account = getenv('KUBERNETES_ACCOUNT') ?: '/var/run/secrets/kubernetes.io/serviceaccount';
$server = getenv('KUBERNETES_URL') ?: sprintf('https://%s:%s', getenv('KUBERNETES_SERVICE_HOST'), getenv('KUBERNETES_SERVICE_PORT'));
$handle = curl_init("$server/api/v1/namespaces/magento/configmaps/magento-maintenance");
curl_setopt_array($handle, [
    CURLOPT_CUSTOMREQUEST => 'PATCH',
    CURLOPT_POSTFIELDS => json_encode(['data' => ['on' => $mode === 'on' ? '1' : null]]),
    CURLOPT_HTTPHEADER => ['Content-Type: application/merge-patch+json', 'Authorization: Bearer ' . trim((string)file_get_contents("$account/token"))],
    CURLOPT_CAINFO => "$account/ca.crt",
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 30,
]);
$answer = curl_exec($handle);
$status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
if ($answer === false || $status !== 200) {
    fwrite(STDERR, "maintenance: the Kubernetes API answers $status " . curl_error($handle) . "\n");
    exit(1);
}
echo "maintenance: $mode\n";
