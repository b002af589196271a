package io.weir.e2e.pod;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** Apps of a pod, at its address. */
final class Apps {

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private Apps() {}

    /** A loopback address that nothing else has, in the place of a pod's. */
    static String podIp() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "127." + random.nextInt(200, 255) + "." + random.nextInt(256) + "." + random.nextInt(1, 255);
    }

    /** @param port 0 for any */
    static HttpServer http(String podIp, int port, UnaryOperator<String> answer) throws IOException {
        return serve(HttpServer.create(new InetSocketAddress(podIp, port), 0), answer);
    }

    static HttpServer https(String podIp, int port, UnaryOperator<String> answer) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(podIp, port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TestCertificate.get().server()));
        return serve(server, answer);
    }

    private static HttpServer serve(HttpServer server, UnaryOperator<String> answer) {
        server.createContext("/", exchange -> answer(exchange, answer));
        server.start();
        return server;
    }

    /** Status and body: {@code 200 fine}. A redirect goes to its body. */
    private static void answer(HttpExchange exchange, UnaryOperator<String> answer) throws IOException {
        try (exchange) {
            String request = exchange.getRequestURI()
                    + " host=" + exchange.getRequestHeaders().getFirst("Host")
                    + " from=" + exchange.getRemoteAddress().getAddress().getHostAddress();
            String[] parts = answer.apply(request).split(" ", 2);
            int status = Integer.parseInt(parts[0]);
            if (status / 100 == 3) {
                exchange.getResponseHeaders().set("Location", parts[1]);
            }
            byte[] body = parts[1].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static ServerSocket tcp(String podIp, int port) throws IOException {
        return new ServerSocket(port, 50, InetAddress.ofLiteral(podIp));
    }

    /** @param serving by the name of the service that is asked for, whether it serves */
    static Server grpc(String podIp, int port, java.util.function.Predicate<String> serving) throws IOException {
        MethodDescriptor<byte[], byte[]> check = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
        return NettyServerBuilder.forAddress(new InetSocketAddress(podIp, port))
                .addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                        .addMethod(check, ServerCalls.asyncUnaryCall((request, observer) -> {
                            // HealthCheckRequest: field 1, a text. HealthCheckResponse: field 1, SERVING or
                            // NOT_SERVING.
                            String service = request.length < 2
                                    ? ""
                                    : new String(request, 2, request.length - 2, StandardCharsets.UTF_8);
                            observer.onNext(new byte[] {8, (byte) (serving.test(service) ? 1 : 2)});
                            observer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }
}
