/**
 * The query names that enter the canonical resource of Signature V1: the union of what the
 * documentation and the official SDKs list. Matched on the decoded name, with its case.
 */
export const SIGNED_SUB_RESOURCES: ReadonlySet<string> = new Set(
  `acl append asyncFetch accessPoint accessPointPolicy bucketArchiveDirectRead bucketInfo callback
  callback-var cleanRestoredObject cloudboxes cname comp continuation-token cors delete encryption
  endTime group httpsConfig img inventory inventoryId lifecycle link live location logging metaQuery
  objectInfo objectMeta partNumber policy policyStatus position processConfiguration
  publicAccessBlock qos qosInfo qosRequester redundancyTransition referer regionList replication
  replicationLocation replicationProgress requestPayment requesterQosInfo resourceGroup resourcePool
  resourcePoolBuckets resourcePoolInfo response-cache-control response-content-disposition
  response-content-encoding response-content-language response-content-type response-expires
  responseHeader restore rtc seal security-token sequential startTime stat status style styleName
  symlink tagging transferAcceleration udf udfApplication udfApplicationLog udfId udfImage
  udfImageDesc udfName uploadId uploads versionId versioning versions vip vod vpcip website
  withHashContext worm wormExtend wormId x-oss-ac-forward-allow x-oss-ac-source-ip
  x-oss-ac-subnet-mask x-oss-ac-vpc-id x-oss-access-point-name x-oss-async-process x-oss-delete
  x-oss-dir x-oss-enable-md5 x-oss-enable-sha1 x-oss-enable-sha256 x-oss-hash-ctx x-oss-md5-ctx
  x-oss-process x-oss-redundancy-transition-taskid x-oss-rename x-oss-request-payer
  x-oss-target-redundancy-type x-oss-traffic-limit x-oss-write-get-object-response`.split(/\s+/),
)

/**
 * Query names that turn a bucket request into an operation which oss-local does not have, and its
 * name; `*` stands for the verb of the method.
 */
export const UNSERVED_ON_BUCKETS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    accessPoint: '*AccessPoint',
    accessPointPolicy: '*AccessPointPolicy',
    acl: '*BucketAcl',
    bucketArchiveDirectRead: '*BucketArchiveDirectRead',
    cname: '*Cname',
    encryption: '*BucketEncryption',
    httpsConfig: '*BucketHttpsConfig',
    inventory: '*BucketInventory',
    live: 'ListLiveChannel',
    logging: '*BucketLogging',
    metaQuery: '*MetaQuery',
    policy: '*BucketPolicy',
    policyStatus: '*BucketPolicyStatus',
    publicAccessBlock: '*BucketPublicAccessBlock',
    qosInfo: '*BucketQosInfo',
    redundancyTransition: '*BucketDataRedundancyTransition',
    referer: '*BucketReferer',
    replication: '*BucketReplication',
    replicationLocation: '*BucketReplicationLocation',
    replicationProgress: '*BucketReplicationProgress',
    requestPayment: '*BucketRequestPayment',
    resourceGroup: '*BucketResourceGroup',
    responseHeader: '*BucketResponseHeader',
    rtc: '*BucketRTC',
    stat: '*BucketStat',
    style: '*Style',
    tagging: '*BucketTags',
    transferAcceleration: '*BucketTransferAcceleration',
    versioning: '*BucketVersioning',
    versions: 'ListObjectVersions',
    website: '*BucketWebsite',
    worm: '*BucketWorm',
    wormExtend: 'ExtendBucketWorm',
    wormId: 'CompleteBucketWorm',
  }),
)

/** The same for requests on an object. */
export const UNSERVED_ON_OBJECTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    acl: '*ObjectAcl',
    append: 'AppendObject',
    asyncFetch: '*AsyncFetchTask',
    cleanRestoredObject: 'CleanRestoredObject',
    live: '*LiveChannel',
    restore: 'RestoreObject',
    seal: 'SealAppendObject',
    symlink: '*Symlink',
    tagging: '*ObjectTagging',
    vod: '*VodPlaylist',
    'x-oss-async-process': 'AsyncProcessObject',
    'x-oss-process': 'ProcessObject',
    'x-oss-rename': 'Rename',
  }),
)
