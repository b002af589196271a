package io.weir.bench.client;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection with one gRPC stream on it: Netty's HTTP/2 without gRPC's client, which costs more, and with bytes
 * counted as they are on the wire.
 */
final class Connection extends Http2FrameAdapter {

    /** Large, as Envoy's, so that a client which reads holds nobody up. */
    private static final int WINDOW = 16 << 20;

    private static final int PREFIX = 5;

    private final Target target;
    private final Who who;
    private final Protocol protocol;
    private final Events events;
    private final Http2ConnectionHandler http2;
    private final byte[] prefix = new byte[PREFIX];
    private int prefixed;
    private byte @Nullable [] message;
    private int filled;
    private int stream;
    private boolean over;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Channel channel;
    private volatile long bytes;

    /** What happens on a connection; all on its own thread. */
    interface Events {

        /** The stream can be written to. */
        void opened();

        void received(byte[] message);

        /** Once, unless {@link #close} was called before. */
        void ended(End how, String reason);
    }

    /** How a connection ended. */
    enum End {
        /** Nobody listens. */
        UNREACHABLE,
        /** It broke. */
        BROKEN,
        /** The server ended the stream, and said so. */
        TOLD
    }

    private Connection(Target target, Who who, Protocol protocol, Events events) {
        this.target = target;
        this.who = who;
        this.protocol = protocol;
        this.events = events;
        this.http2 = new Http2ConnectionHandlerBuilder()
                .server(false)
                .initialSettings(new Http2Settings().pushEnabled(false).initialWindowSize(WINDOW))
                .frameListener(this)
                .gracefulShutdownTimeoutMillis(0)
                .build();
    }

    /** @param loops the threads and the kind of channel */
    static Connection open(Bootstrap loops, Target target, Who who, Protocol protocol, Events events) {
        Connection connection = new Connection(target, who, protocol, events);
        Bootstrap bootstrap = loops.clone().handler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                connection.fill(channel.pipeline());
            }
        });
        ChannelFuture connecting = bootstrap.connect(target.address());
        connection.channel = connecting.channel();
        ChannelFuture _ = connecting.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) {
                connection.end(End.UNREACHABLE, String.valueOf(done.cause()));
            }
        });
        return connection;
    }

    private void fill(ChannelPipeline pipeline) {
        pipeline.addLast(new ChannelInboundHandlerAdapter() {
            @Override
            @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
            public void channelRead(ChannelHandlerContext ctx, Object read) {
                if (read instanceof ByteBuf buffer) {
                    bytes += buffer.readableBytes();
                }
                ctx.fireChannelRead(read);
            }
        });
        if (target.tls() != null) {
            pipeline.addLast(target.tls()
                    .newHandler(
                            pipeline.channel().alloc(),
                            target.name(),
                            target.address().getPort()));
        }
        pipeline.addLast(http2);
        pipeline.addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                end(End.BROKEN, "the connection ended");
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                end(End.BROKEN, cause.toString());
                ChannelFuture _ = ctx.close();
            }
        });
    }

    private void end(End how, String reason) {
        if (!over) {
            over = true;
            events.ended(how, reason);
        }
    }

    /** The server's first word: it speaks HTTP/2, and TLS is settled. */
    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        if (stream != 0) {
            return;
        }
        context = ctx;
        var local = http2.connection().local();
        local.flowController().incrementWindowSize(http2.connection().connectionStream(), WINDOW);
        stream = local.incrementAndGetNextStreamId();
        Http2Headers headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme(target.tls() == null ? "http" : "https")
                .authority(target.name())
                .path(protocol.path())
                .add("content-type", "application/grpc")
                .add("te", "trailers");
        if (who.token() != null) {
            headers.add("authorization", "Bearer " + who.token());
        }
        ChannelFuture _ = http2.encoder().writeHeaders(ctx, stream, headers, 0, false, ctx.newPromise());
        events.opened();
    }

    /** On the connection's own thread. */
    void send(byte[] request) {
        ChannelHandlerContext ctx = Objects.requireNonNull(context, "not opened");
        ByteBuf frame = ctx.alloc().buffer(PREFIX + request.length);
        frame.writeByte(0).writeInt(request.length).writeBytes(request);
        ChannelFuture _ = http2.encoder().writeData(ctx, stream, frame, 0, false, ctx.newPromise());
        ctx.flush();
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last) {
        int read = data.readableBytes() + padding;
        while (data.isReadable()) {
            take(data);
        }
        if (last) {
            end(End.TOLD, "the stream ended");
        }
        return read;
    }

    private void take(ByteBuf data) {
        byte[] current = message;
        if (current == null) {
            int part = Math.min(data.readableBytes(), PREFIX - prefixed);
            data.readBytes(prefix, prefixed, part);
            prefixed += part;
            if (prefixed < PREFIX) {
                return;
            }
            current = new byte[ByteBuffer.wrap(prefix, 1, Integer.BYTES).getInt()];
            message = current;
            filled = 0;
        }
        int part = Math.min(data.readableBytes(), current.length - filled);
        data.readBytes(current, filled, part);
        filled += part;
        if (filled == current.length) {
            message = null;
            prefixed = 0;
            if (!over) {
                events.received(current);
            }
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int id,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last) {
        if (last) {
            end(
                    End.TOLD,
                    "status " + headers.status() + ", grpc-status " + headers.get("grpc-status") + " "
                            + headers.get("grpc-message"));
            ChannelFuture _ = ctx.close();
        }
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) {
        end(End.TOLD, "the stream was reset: " + code);
        ChannelFuture _ = ctx.close();
    }

    /** What came from the server so far, in bytes on the wire, TLS included. */
    long bytes() {
        return bytes;
    }

    /** Reads no more, and leaves the connection open. */
    void stopReading() {
        Objects.requireNonNull(channel, "opened").config().setAutoRead(false);
    }

    /** Ends it at once. */
    void close() {
        Channel open = Objects.requireNonNull(channel, "opened");
        open.eventLoop().execute(() -> {
            over = true;
            ChannelFuture _ = open.close();
        });
    }
}
