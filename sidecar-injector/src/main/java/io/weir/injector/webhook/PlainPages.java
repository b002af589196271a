package io.weir.injector.webhook;

import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Pages of text for probes and Prometheus. */
public final class PlainPages extends Handler.Abstract {

    private final Map<String, Page> pages;

    /** Makes a page's text at each request. */
    @FunctionalInterface
    public interface Page {
        Text text();
    }

    /** What is answered. */
    public record Text(int status, String body) {}

    PlainPages(Map<String, Page> pages) {
        this.pages = Map.copyOf(pages);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Page page = pages.get(Request.getPathInContext(request));
        Text text = page == null ? new Text(404, "nothing here\n") : page.text();
        response.setStatus(text.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
        Content.Sink.write(response, true, text.body(), callback);
        return true;
    }
}
