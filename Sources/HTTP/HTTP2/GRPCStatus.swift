/// The status of a gRPC call, which a server gives in trailers, or in the header of a response without body.
public enum GRPCStatus {
    /// Looks for it among complete header lines; nil where there is none.
    public static func find(in lines: UnsafeRawBufferPointer) -> Int? {
        var status: Int?
        _ = HeaderBlock.forEachLine(of: lines) { _, name, value in
            guard ASCII.equals(name, "grpc-status"), (1...2).contains(value.count),
                value.allSatisfy(ASCII.isDigit)
            else { return }
            status = value.reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
        }
        return status
    }
}
