// The uploader of the official Go SDK v2, under the same contract as the clients beside it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

type task struct {
	Endpoint string
	Files    []string
	PartSize int64
	Parallel int
	Crc      *bool
}

type report struct {
	Seconds float64 `json:"seconds"`
	Cpu     float64 `json:"cpu"`
	RssMiB  float64 `json:"rssMiB"`
	Error   string  `json:"error,omitempty"`
}

func main() {
	var given task
	if err := json.Unmarshal([]byte(os.Args[1]), &given); err != nil {
		panic(err)
	}
	before, begun := cpu(), time.Now()
	err := upload(given)
	out := report{Seconds: time.Since(begun).Seconds(), Cpu: cpu() - before, RssMiB: peakRss()}
	if err != nil {
		out.Error = err.Error()
	}
	line, _ := json.Marshal(out)
	fmt.Println(string(line))
	if err != nil {
		os.Exit(1)
	}
}

func upload(given task) error {
	keys := credentials.NewStaticCredentialsProvider("bench-key-id", "bench-key-secret")
	config := oss.LoadDefaultConfig().WithCredentialsProvider(keys).
		WithRegion("cn-hangzhou").WithEndpoint(given.Endpoint).WithUsePathStyle(true)
	if given.Crc != nil && !*given.Crc {
		config = config.WithDisableUploadCRC64Check(true)
	}
	uploader := oss.NewUploader(oss.NewClient(config), func(options *oss.UploaderOptions) {
		if given.PartSize > 0 {
			options.PartSize = given.PartSize
		}
		if given.Parallel > 0 {
			options.ParallelNum = given.Parallel
		}
	})
	failures := make(chan error)
	for _, path := range given.Files {
		go func() {
			request := &oss.PutObjectRequest{Bucket: oss.Ptr("bench"), Key: oss.Ptr(filepath.Base(path))}
			_, err := uploader.UploadFile(context.Background(), request, path)
			failures <- err
		}()
	}
	var failure error
	for range given.Files {
		if err := <-failures; err != nil {
			failure = err
		}
	}
	return failure
}

func cpu() float64 {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(used.Utime) + seconds(used.Stime)
}

// peakRss does not ask getrusage, whose figure begins with the memory of the parent process.
func peakRss() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	found := regexp.MustCompile(`VmHWM:\s+(\d+)`).FindSubmatch(status)
	if found == nil {
		return 0
	}
	kib, _ := strconv.ParseFloat(strings.TrimSpace(string(found[1])), 64)
	return kib / 1024
}
