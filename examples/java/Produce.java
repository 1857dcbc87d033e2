import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks driftloop for predictions of a row, and tells their labels, from plain Kafka and Avro: nothing of driftloop is needed.
 *
 * <pre>
 *   mvn dependency:copy-dependencies -DoutputDirectory=lib
 *   java -cp 'lib/*' Produce.java 127.0.0.1:9092 http://127.0.0.1:8081 bank 100 yes age=40 job=clerk
 * </pre>
 *
 * Arguments: brokers, registry, model, count, label, columns by name. TOPIC_PREFIX is that of the services.
 */
public final class Produce {
  private static final String PREFIX = System.getenv().getOrDefault("TOPIC_PREFIX", "");

  public static void main(String[] args) throws Exception {
    String brokers = args[0], registry = args[1], model = args[2], label = args[4];
    int count = Integer.parseInt(args[3]);
    // Numbers and texts go apart; a column that is not there is a missing value.
    Map<String, Double> numbers = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    for (String column : List.of(args).subList(5, args.length)) {
      String name = column.substring(0, column.indexOf('=')), value = column.substring(column.indexOf('=') + 1);
      try {
        numbers.put(name, Double.valueOf(value));
      } catch (NumberFormatException notANumber) {
        texts.put(name, value);
      }
    }
    Topic requests = Topic.find(registry, PREFIX + "inference.requests");
    Topic labels = Topic.find(registry, PREFIX + "inference.labels");
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "linger.ms", 5);
    long start = System.currentTimeMillis();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (Producer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        // Unique per model: the label names it.
        String id = "java-" + start + "-" + i;
        // What is not set has the schema's default.
        GenericRecord request =
            new GenericRecordBuilder(requests.schema())
                .set("requestId", id)
                .set("model", model)
                .set("eventTime", start)
                .set("features", List.of())
                .set("numbers", numbers)
                .set("texts", texts)
                .build();
        sent.add(producer.send(new ProducerRecord<>(requests.name(), id, requests.bytesOf(request))));
        GenericRecord truth =
            new GenericRecordBuilder(labels.schema())
                .set("requestId", id)
                .set("model", model)
                .set("eventTime", start)
                .set("label", 0.0)
                .set("labelName", label)
                .build();
        sent.add(producer.send(new ProducerRecord<>(labels.name(), id, labels.bytesOf(truth))));
      }
    }
    // Closing has waited for all of them; one that failed throws here.
    for (Future<RecordMetadata> one : sent) one.get();
    System.out.println("sent " + count + " requests and labels");
  }

  /** A topic, and the newest schema that the registry has of it. */
  private record Topic(String name, int schemaId, Schema schema) {
    static Topic find(String registry, String name) throws IOException, InterruptedException {
      URI uri = URI.create(registry + "/subjects/" + name + "-value/versions/latest");
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) throw new IOException(uri + " answers " + answer.statusCode() + ": " + answer.body());
      var latest = new ObjectMapper().readTree(answer.body());
      return new Topic(name, latest.get("id").asInt(), new Schema.Parser().parse(latest.get("schema").asText()));
    }

    /** Confluent's wire format: a zero byte, the schema's id, then the Avro body. */
    byte[] bytesOf(GenericRecord record) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream header = new DataOutputStream(bytes);
      header.writeByte(0);
      header.writeInt(schemaId);
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    }
  }
}
