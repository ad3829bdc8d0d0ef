package dev.muster.shell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Speaks TLS over connections that are made elsewhere, with the name that the node goes
 * by and nothing older than TLS 1.2.
 */
final class NamedSocketFactory extends SSLSocketFactory {

    private final SSLSocketFactory java;

    private final String name;

    NamedSocketFactory(SSLSocketFactory java, String name) {
        this.java = java;
        this.name = name;
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean close) throws IOException {
        SSLSocket socket = (SSLSocket) this.java.createSocket(connected, this.name, port, close);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] { "TLSv1.3", "TLSv1.2" });
        // The name is looked at while hands are shaken, before anything is sent.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return this.java.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return this.java.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw notHere();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw notHere();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw notHere();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw notHere();
    }

    private static IOException notHere() {
        return new IOException("TLS begins on connections that are there already");
    }

}
