module oss-multipart-bench/go-oss-v2

go 1.22

require github.com/aliyun/alibabacloud-oss-go-sdk-v2 v1.6.1

require golang.org/x/time v0.4.0 // indirect
