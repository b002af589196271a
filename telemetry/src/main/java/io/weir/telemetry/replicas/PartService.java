package io.weir.telemetry.replicas;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.weir.telemetry.window.Part;
import io.weir.telemetry.window.PartCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where another replica asks for what this one knows: the request is a moment in milliseconds since the epoch, as decimal text, or
 * nothing; the answer is a {@link PartCodec packed} part. Who may call it is decided where it is served.
 */
public final class PartService implements BindableService {

    private static final Logger LOG = LoggerFactory.getLogger(PartService.class);

    /** An answer of more than this is none: about a million edges. */
    static final int MOST_BYTES = 64 << 20;

    static final MethodDescriptor<byte[], byte[]> ASK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("weir.telemetry.Replicas/Part")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final Function<@Nullable Long, Part> parts;
    private final Executor answering;

    /**
     * @param parts what is known, from a moment on or without a window
     * @param answering makes the answers, which take long; the server's own threads read what sidecars push meanwhile
     */
    public PartService(Function<@Nullable Long, Part> parts, Executor answering) {
        this.parts = parts;
        this.answering = answering;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder("weir.telemetry.Replicas")
                .addMethod(ASK, ServerCalls.asyncUnaryCall(this::answerSoon))
                .build();
    }

    private void answerSoon(byte[] request, StreamObserver<byte[]> answers) {
        ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) answers;
        // With this, what is told to who has gone is dropped; without, it would be an exception.
        call.setOnCancelHandler(() -> {});
        answering.execute(() -> {
            if (!call.isCancelled()) {
                answer(request, call);
            }
        });
    }

    private void answer(byte[] request, StreamObserver<byte[]> answers) {
        byte[] answer;
        try {
            answer = PartCodec.write(parts.apply(moment(request)));
        } catch (NumberFormatException e) {
            answers.onError(Status.INVALID_ARGUMENT
                    .withDescription("no moment in milliseconds")
                    .withCause(e)
                    .asRuntimeException());
            return;
        } catch (RuntimeException bug) {
            LOG.error("another replica could not be told what is known here", bug);
            answers.onError(Status.INTERNAL.withCause(bug).asRuntimeException());
            return;
        }
        if (answer.length > MOST_BYTES) {
            answers.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("more edges than are sent at once")
                    .asRuntimeException());
            return;
        }
        answers.onNext(answer);
        answers.onCompleted();
    }

    static byte[] request(@Nullable Long startMs) {
        return startMs == null ? new byte[0] : Long.toString(startMs).getBytes(StandardCharsets.US_ASCII);
    }

    private static @Nullable Long moment(byte[] request) {
        return request.length == 0 ? null : Long.valueOf(new String(request, StandardCharsets.US_ASCII));
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException inMemory) {
                throw new UncheckedIOException(inMemory);
            }
        }
    }
}
