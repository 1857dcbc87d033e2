// Asks driftloop for predictions of a row, and tells their labels, from plain Kafka and Avro: nothing of driftloop is needed.
//
//	go run . 127.0.0.1:9092 http://127.0.0.1:8081 bank 100 yes age=40 job=clerk
//
// Arguments: brokers, registry, model, count, label, columns by name. TOPIC_PREFIX is that of the services.
package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	if len(os.Args) < 7 {
		log.Fatal("usage: go run . BROKERS REGISTRY MODEL COUNT LABEL COLUMN=VALUE ...")
	}
	brokers, registry, model, label := os.Args[1], os.Args[2], os.Args[3], os.Args[5]
	count, err := strconv.Atoi(os.Args[4])
	if err != nil {
		log.Fatalf("%q is no count", os.Args[4])
	}
	numbers, texts := columnsOf(os.Args[6:])
	prefix := os.Getenv("TOPIC_PREFIX")
	requests := findTopic(registry, prefix+"inference.requests")
	labels := findTopic(registry, prefix+"inference.labels")

	// Its partitioner is that of Java: a key has one partition, whoever sends it. All brokers must have a record.
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...), kgo.RequiredAcks(kgo.AllISRAcks()))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	start := time.Now()
	records := make([]*kgo.Record, 0, 2*count)
	for i := range count {
		// Unique per model: the label names it.
		id := fmt.Sprintf("go-%d-%d", start.UnixMilli(), i)
		records = append(records, requests.record(id, map[string]any{
			"requestId": id,
			"model":     model,
			"eventTime": start,
			"features":  []float32{},
			"numbers":   numbers,
			"texts":     texts,
		}), labels.record(id, map[string]any{
			"requestId": id,
			"model":     model,
			"eventTime": start,
			"label":     0.0,
			"labelName": label,
		}))
	}
	if err := client.ProduceSync(context.Background(), records...).FirstErr(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sent %d requests and labels\n", count)
}

// Numbers and texts go apart; a column that is not there is a missing value.
func columnsOf(arguments []string) (map[string]float64, map[string]string) {
	numbers, texts := map[string]float64{}, map[string]string{}
	for _, argument := range arguments {
		name, value, _ := strings.Cut(argument, "=")
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			numbers[name] = number
		} else {
			texts[name] = value
		}
	}
	return numbers, texts
}

// A topic, and the newest schema that the registry has of it.
type topic struct {
	name   string
	header []byte
	schema avro.Schema
}

func findTopic(registry, name string) topic {
	answer, err := http.Get(registry + "/subjects/" + name + "-value/versions/latest")
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	var latest struct {
		ID     uint32 `json:"id"`
		Schema string `json:"schema"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&latest); err != nil || answer.StatusCode != http.StatusOK {
		log.Fatalf("the registry answers %s about %s: is the prefix right? %v", answer.Status, name, err)
	}
	schema, err := avro.Parse(latest.Schema)
	if err != nil {
		log.Fatal(err)
	}
	// Confluent's wire format: a zero byte, the schema's id, then the Avro body.
	return topic{name, binary.BigEndian.AppendUint32([]byte{0}, latest.ID), schema}
}

func (t topic) record(key string, fields map[string]any) *kgo.Record {
	body, err := avro.Marshal(t.schema, fields)
	if err != nil {
		log.Fatalf("a record of %s: %v", t.name, err)
	}
	return &kgo.Record{Topic: t.name, Key: []byte(key), Value: append(append([]byte{}, t.header...), body...)}
}
