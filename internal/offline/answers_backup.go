package offline

const (
	backupVaultType    = "aws:backup/vault:Vault"
	airGappedVaultType = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
)

// backupKinds is AWS Backup (Service Authorization Reference, "Resource types defined by AWS Backup").
func backupKinds() map[string]kind {
	return map[string]kind{
		backupVaultType: {
			name: named(50), id: nameID, arn: regional("backup", "backup-vault:{name}"), tagged: true,
			outputs: func(*request) fields { return fields{"recoveryPoints": 0} },
		},
		airGappedVaultType: {
			name: named(50), id: nameID, arn: regional("backup", "backup-vault:{name}"), tagged: true,
		},
		"aws:backup/vaultLockConfiguration:VaultLockConfiguration": {id: like("{backupVaultName}"), outputs: vaultARN},
		"aws:backup/vaultPolicy:VaultPolicy":                       {id: like("{backupVaultName}"), outputs: vaultARN},
		"aws:backup/plan:Plan": {
			name: named(50), id: uuidID, arn: regional("backup", "backup-plan:{id}"), tagged: true,
			outputs: func(r *request) fields { return fields{"version": r.alphanumeric("version", 48)} },
		},
		"aws:backup/selection:Selection": {name: named(50), id: uuidID},
		"aws:backup/restoreTestingPlan:RestoreTestingPlan": {
			name: named(50), id: nameID, arn: regional("backup", "restore-testing-plan:{name}-{uuid}"), tagged: true,
			outputs: func(r *request) fields {
				return fields{
					"scheduleExpressionTimezone": r.given("scheduleExpressionTimezone", "Etc/UTC"),
					"startWindowHours":           r.given("startWindowHours", 24),
				}
			},
		},
		"aws:backup/restoreTestingSelection:RestoreTestingSelection": {
			name: named(50), id: like("{name}:{restoreTestingPlanName}"),
		},
	}
}

// vaultARN is for what belongs to a vault of this run.
func vaultARN(r *request) fields {
	vault, ok := r.cloud.find(backupVaultType, r.text("backupVaultName"))
	if !ok {
		return nil
	}
	return fields{"backupVaultArn": vault["arn"]}
}
