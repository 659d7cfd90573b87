import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { AUDIT_PREFIX, LEDGER_PREFIX } from '../handlers/contract/contract';
import type { ByodkimControlPlaneProps } from './control-plane-props';
import { type KeyStorePolicyInput, keyStorePolicy } from './key-store-policy';
import { type PartProps, partitionOf } from './names';

export type KeyStoreProps = PartProps &
  Omit<KeyStorePolicyInput, 'bucketArn'> &
  Pick<ByodkimControlPlaneProps, 'bucket' | 'kmsKeyArn' | 'protectKeys'>;

/**
 * The bucket of private keys, DNS information, ledgers and audit reports. It is private, versioned, encrypted and TLS only,
 * and only the function may read keys.
 */
export class KeyStoreBucket extends Construct {
  /** Name of the bucket. */
  readonly bucketName: string;
  /** ARN of the bucket. */
  readonly bucketArn: string;
  /** Absent when the bucket exists already. */
  readonly bucket?: S3Bucket;
  /** Resources that must exist before the first object is written and until the last one is read. */
  readonly dependencies: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: KeyStoreProps,
  ) {
    super(scope, id);
    if (props.bucket?.existing !== undefined) {
      this.bucketName = props.bucket.existing;
      this.bucketArn = `arn:${partitionOf(props.region)}:s3:::${this.bucketName}`;
      this.dependencies = [];
      this.refuseDelete();
      return;
    }
    const bucket = this.make();
    const access = this.blockPublicAccess(bucket);
    const versioning = this.keepVersions(bucket);
    const encryption = this.encrypt(bucket);
    const policy = new S3BucketPolicy(this, 'TlsOnly', {
      region: props.region,
      bucket: bucket.bucket,
      policy: keyStorePolicy({ ...props, bucketArn: bucket.arn }),
      // S3 refuses two changes of a bucket's access at once.
      dependsOn: [access],
    });
    this.bucket = bucket;
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.dependencies = [bucket, access, versioning, encryption, policy];
  }

  /**
   * Makes the engine refuse the whole plan if an earlier deploy made a bucket. The plan would delete that bucket, beginning
   * with its policy. Every engine can do this; a `removed` block needs 1.7.
   */
  private refuseDelete(): void {
    const { region, protectKeys = true } = this.props;
    if (protectKeys) new S3Bucket(this, 'Bucket', { region, count: 0, lifecycle: { preventDestroy: true } });
  }

  private make(): S3Bucket {
    const { region, bucket, names, tags, protectKeys = true } = this.props;
    return new S3Bucket(this, 'Bucket', {
      region,
      ...(bucket ? { bucket: bucket.name } : { bucketPrefix: names.bucketPrefix }),
      tags,
      lifecycle: { preventDestroy: protectKeys },
    });
  }

  private blockPublicAccess({ bucket }: S3Bucket): S3BucketPublicAccessBlock {
    return new S3BucketPublicAccessBlock(this, 'PublicAccess', {
      region: this.props.region,
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      // A destroy that stops because the bucket still holds keys must not leave the bucket open.
      skipDestroy: true,
    });
  }

  /** Keeps the versions of objects; those of reports and ledgers only for a limited time. */
  private keepVersions({ bucket }: S3Bucket): S3BucketVersioningA {
    const { region } = this.props;
    const versioning = new S3BucketVersioningA(this, 'Versioning', {
      region,
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    // No resource depends on it. There is no rule for keys and DNS information, so all of their versions stay.
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      region,
      bucket,
      rule: [
        {
          id: 'audit-reports',
          status: 'Enabled',
          // Reports begin with their date: `findings.json`, which the next audit reads, is not among them.
          filter: [{ prefix: `${AUDIT_PREFIX}2` }],
          expiration: [{ days: 400 }],
          noncurrentVersionExpiration: [{ noncurrentDays: 90 }],
        },
        {
          id: 'ledger-versions',
          status: 'Enabled',
          filter: [{ prefix: LEDGER_PREFIX }],
          noncurrentVersionExpiration: [{ noncurrentDays: 90, newerNoncurrentVersions: 10 }],
        },
      ],
      dependsOn: [versioning],
    });
    return versioning;
  }

  private encrypt({ bucket }: S3Bucket): S3BucketServerSideEncryptionConfigurationA {
    const { region, kmsKeyArn } = this.props;
    return new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      region,
      bucket,
      rule: [
        {
          bucketKeyEnabled: kmsKeyArn !== undefined,
          // This is S3's default since April 2026. It is set explicitly, since every plan would otherwise show a difference.
          blockedEncryptionTypes: ['SSE-C'],
          applyServerSideEncryptionByDefault: kmsKeyArn
            ? { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn }
            : { sseAlgorithm: 'AES256' },
        },
      ],
    });
  }
}
