import { NotServed } from '../wire/refusals';

const FUNCTION = `CapacityProviderConfig DeadLetterConfig DurableConfig FileSystemConfigs ImageConfig KMSKeyArn Layers
  VpcConfig`;
const OBJECT = `GrantFullControl GrantRead GrantReadACP GrantWriteACP ObjectLockLegalHoldStatus ObjectLockMode
  ObjectLockRetainUntilDate SSECustomerAlgorithm SSECustomerKey StorageClass Tagging`;
const READ_OBJECT = `PartNumber Range ResponseCacheControl ResponseContentDisposition ResponseContentEncoding ResponseContentLanguage
  ResponseContentType ResponseExpires SSECustomerAlgorithm SSECustomerKey`;
const TARGET = `Target.DeadLetterConfig Target.EcsParameters Target.EventBridgeParameters Target.KinesisParameters
  Target.SageMakerPipelineParameters Target.SqsParameters`;

/**
 * Members of operations that AWS heeds and the sandbox would not. Whoever sends one is told so: to take it would be to
 * promise what is not done. Left out is what changes nothing that can be seen here (who pays).
 */
export const NOT_MODELLED: Readonly<Record<string, string>> = {
  'cloudwatch:DescribeAlarms': 'ActionPrefix ChildrenOfAlarmName ParentsOfAlarmName StateValue',
  'cloudwatch:PutDashboard': 'Tags',
  'cloudwatch:PutMetricAlarm': 'EvaluationCriteria EvaluationInterval Metrics',
  'events:PutEvents': 'EndpointId',
  'events:PutRule': 'RoleArn ScheduleExpression',
  'kms:Decrypt': 'DryRun GrantTokens Recipient',
  'kms:GenerateDataKey': 'DryRun GrantTokens Recipient',
  'lambda:AddPermission': 'EventSourceToken FunctionUrlAuthType InvokedViaFunctionUrl PrincipalOrgID',
  'lambda:CreateAlias': 'RoutingConfig',
  'lambda:UpdateAlias': 'RoutingConfig',
  'lambda:CreateFunction': `${FUNCTION} CodeSigningConfigArn PublishTo TenancyConfig`,
  'lambda:Invoke': 'ClientContext DurableExecutionName TenantId',
  'lambda:ListFunctions': 'FunctionVersion MasterRegion',
  'lambda:UpdateFunctionCode': 'DryRun PublishTo SourceKMSKeyArn',
  'lambda:UpdateFunctionConfiguration': FUNCTION,
  'logs:CreateLogGroup': 'deletionProtectionEnabled kmsKeyId',
  'logs:DescribeLogGroups': 'accountIdentifiers includeLinkedAccounts logGroupClass logGroupIdentifiers',
  'logs:FilterLogEvents': 'logStreamNames unmask',
  'route53:CreateHostedZone': 'DelegationSetId VPC',
  's3:CreateBucket': `GrantFullControl GrantRead GrantReadACP GrantWrite GrantWriteACP ObjectLockEnabledForBucket`,
  's3:GetObject': READ_OBJECT,
  's3:HeadObject': READ_OBJECT,
  's3:ListObjectsV2': 'FetchOwner OptionalObjectAttributes',
  's3:ListObjectVersions': 'OptionalObjectAttributes',
  's3:PutBucketVersioning': 'MFA VersioningConfiguration.MFADelete',
  's3:PutObject': `${OBJECT} WriteOffsetBytes`,
  'scheduler:CreateSchedule': `EndDate KmsKeyArn StartDate ${TARGET}`,
  'scheduler:UpdateSchedule': `EndDate KmsKeyArn StartDate ${TARGET}`,
  'ses:CreateConfigurationSet':
    'ArchivingOptions DeliveryOptions SuppressionOptions TrackingOptions VdmOptions',
  'ses:CreateEmailIdentity': 'DkimSigningAttributes.NextSigningKeyLength',
  'ses:PutEmailIdentityDkimSigningAttributes': 'SigningAttributes.NextSigningKeyLength',
  'ses:SendEmail': `Content.Raw Content.Simple.Attachments Content.Simple.Headers Content.Template EndpointId
    FromEmailAddressIdentityArn ListManagementOptions TenantName`,
  'sns:CreateTopic': 'DataProtectionPolicy',
  'sns:Publish': 'MessageAttributes MessageDeduplicationId MessageGroupId MessageStructure PhoneNumber',
  'sns:Subscribe': 'Attributes',
  'sts:AssumeRole':
    'Policy PolicyArns ProvidedContexts SerialNumber SourceIdentity Tags TokenCode TransitiveTagKeys',
};

/** @throws NotServed for the first such member that says something */
export function refuseNotModelled(service: string, operation: string, input: any): void {
  const members = NOT_MODELLED[`${service}:${operation}`]?.split(/\s+/) ?? [];
  const sent = members.find((member) =>
    saysSomething(member.split('.').reduce((value, name) => value?.[name], input)),
  );
  if (sent !== undefined) throw new NotServed(service, operation, sent);
}

const saysSomething = (value: any): boolean =>
  typeof value === 'object' && value !== null && !(value instanceof Date)
    ? Object.values(value).some(saysSomething)
    : Boolean(value);
