package dev.migrator.cluster.front;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request's way back to its client, and how to break it. */
final class Connection {

  private final EndPoint socket;
  private final Request request;
  private final Response response;
  private final Callback callback;

  Connection(Request request, Response response, Callback callback) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.socket = request.getConnectionMetaData().getConnection().getEndPoint();
  }

  EndPoint socket() {
    return socket;
  }

  private boolean isHttp2() {
    return socket.getConnection() instanceof HTTP2Connection;
  }

  private HTTP2Session session() {
    return ((HTTP2Connection) socket.getConnection()).getSession();
  }

  void head(Reply reply, String date) {
    response.setStatus(reply.code());
    response.getHeaders().put("Content-Type", reply.contentType());
    response.getHeaders().put("Date", date);
    reply.headers().forEach((name, value) -> response.getHeaders().put(name, value));
  }

  void length(int bytes) {
    response.getHeaders().put("Content-Length", Integer.toString(bytes));
  }

  /** Errors: {@link IOException} when the client is gone. */
  void write(byte[] bytes) throws IOException {
    Content.Sink.write(response, false, ByteBuffer.wrap(bytes));
  }

  /** The whole answer in one piece. */
  void send(byte[] body) {
    length(body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  /** No more comes, in order. */
  void end() {
    response.write(true, ByteBuffer.allocate(0), callback);
  }

  /** By TCP reset. */
  void reset() {
    reset(socket);
  }

  static void reset(EndPoint socket) {
    try {
      if (socket.getTransport() instanceof SocketChannel channel) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
      }
    } catch (IOException e) {
      // It is closed already.
    }
    socket.close();
  }

  void close() {
    socket.close();
  }

  /** Ends this request with an error and lets the connection stand; over HTTP/1.1 it closes. */
  void failStream() {
    if (isHttp2()) {
      int stream = Integer.parseInt(request.getId());
      session()
          .getStream(stream)
          .reset(new ResetFrame(stream, ErrorCode.INTERNAL_ERROR.code), Callback.NOOP);
    } else {
      close();
    }
  }

  /** The client shall go elsewhere, and this request was not looked at. */
  void sendAwayUnread() {
    if (isHttp2()) {
      int last = Math.max(0, Integer.parseInt(request.getId()) - 2);
      session()
          .goAway(
              new GoAwayFrame(last, ErrorCode.NO_ERROR.code, new byte[0]),
              Callback.from(this::close));
    } else {
      close();
    }
  }

  /** The client shall go elsewhere after this answer. */
  void announceEnd() {
    if (isHttp2()) {
      boolean unused = session().close(ErrorCode.NO_ERROR.code, "", Callback.NOOP);
    } else {
      response.getHeaders().put("Connection", "close");
    }
  }

  void whenGone(Runnable action) {
    Request.addCompletionListener(request, failure -> action.run());
    request.addFailureListener(failure -> action.run());
  }
}
