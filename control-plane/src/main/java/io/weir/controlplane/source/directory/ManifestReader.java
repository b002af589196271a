package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.Lines;
import io.weir.controlplane.source.decode.Codes;
import io.weir.controlplane.source.decode.Fields;
import io.weir.controlplane.source.directory.FileManifests.Coverage;
import io.weir.controlplane.source.directory.FileManifests.ReadObject;
import io.weir.controlplane.source.directory.YamlDocument.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** From the bytes of a file to typed objects. Never throws for what the bytes are. */
final class ManifestReader {

    private static final Pattern ITEM = Pattern.compile("items\\[(\\d{1,9})](?:\\.(.*))?", Pattern.DOTALL);

    private final String file;
    private final List<ReadObject> objects = new ArrayList<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private Coverage coverage = Coverage.COMPLETE;

    private ManifestReader(String file) {
        this.file = file;
    }

    /** @param file what to call it in diagnostics */
    static FileManifests read(String file, byte[] bytes) {
        if (bytes.length > YamlComposer.MAX_BYTES) {
            return tooLarge(file);
        }
        ManifestReader reader = new ManifestReader(file);
        String text = decode(file, bytes);
        if (text == null) {
            reader.broken(new Fault(Codes.UNREADABLE, 1, "", "the file is not UTF-8 text", "Save it as UTF-8."));
            return reader.result();
        }
        Fault fault = YamlComposer.compose(text, reader::document);
        if (fault != null) {
            // Half a file is no file: what stands before the error may be half an edit as well.
            reader.objects.clear();
            reader.diagnostics.clear();
            reader.broken(fault);
        }
        return reader.result();
    }

    /** A file that is not even looked into. */
    static FileManifests tooLarge(String file) {
        ManifestReader reader = new ManifestReader(file);
        reader.broken(new Fault(
                Codes.TOO_LARGE,
                1,
                "",
                "the file is larger than " + (YamlComposer.MAX_BYTES >> 20) + " MiB",
                "Split it."));
        return reader.result();
    }

    /** A file that could not even be read. */
    static FileManifests unreadable(String file, String reason) {
        ManifestReader reader = new ManifestReader(file);
        reader.broken(new Fault(
                Codes.UNREADABLE, 1, "", "the file can't be read: " + reason, "Check the file and its permissions."));
        return reader.result();
    }

    private FileManifests result() {
        return new FileManifests(file, coverage, objects, diagnostics);
    }

    private static @Nullable String decode(String file, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
            // JSON may be indented by tabs, YAML may not; inside JSON strings a tab is always escaped.
            return file.endsWith(".json") ? plain.replace('\t', ' ') : plain;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private void broken(Fault fault) {
        coverage = Coverage.PARTIAL;
        report(Severity.ERROR, fault.code(), new ObjectRef("File", "", file), fault, fault.line());
    }

    private void report(Severity severity, Codes code, ObjectRef ref, Fault fault, int line) {
        diagnostics.add(new Diagnostic(
                severity,
                code.code(),
                ref,
                fault.path(),
                fault.message(),
                fault.fix(),
                new Diagnostic.Location(file, line)));
    }

    private void document(YamlDocument document) {
        JsonNode value = document.value();
        if (value.isNull() || (value.isObject() && value.isEmpty())) {
            return;
        }
        if (!(value instanceof ObjectNode object)) {
            broken(new Fault(
                    Codes.NOT_AN_OBJECT,
                    document.line(),
                    "",
                    "this document is not an object",
                    "Start it with apiVersion, kind and metadata."));
            return;
        }
        if (object.path("kind").isString() && object.path("kind").stringValue().equals("List") && object.has("items")) {
            items(object, document);
            return;
        }
        object(object, document);
    }

    private void items(ObjectNode list, YamlDocument document) {
        JsonNode items = list.get("items");
        if (!items.isArray()) {
            broken(new Fault(
                    Codes.NOT_AN_OBJECT, document.line(), "items", "must be a list", "Write a list of objects."));
            return;
        }
        List<Map<String, Integer>> lines = new ArrayList<>();
        List<List<Fault>> faults = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            lines.add(new HashMap<>());
            faults.add(new ArrayList<>());
        }
        document.lines()
                .forEach((path, line) -> within(path, (i, inner) -> lines.get(i).put(inner, line)));
        for (Fault fault : document.faults()) {
            within(
                    fault.path(),
                    (i, inner) -> faults.get(i)
                            .add(new Fault(fault.code(), fault.line(), inner, fault.message(), fault.fix())));
        }
        for (int i = 0; i < items.size(); i++) {
            lines.get(i).putIfAbsent("", document.line());
            document(new YamlDocument(items.get(i), lines.get(i), faults.get(i)));
        }
    }

    /** Tells which element of a List a path is in, and the path within that element. */
    private static void within(String path, BiConsumer<Integer, String> element) {
        Matcher matcher = ITEM.matcher(path);
        if (matcher.matches()) {
            String inner = matcher.group(2);
            element.accept(Integer.parseInt(matcher.group(1)), inner == null ? "" : inner);
        }
    }

    private void object(ObjectNode object, YamlDocument document) {
        Lines lines = new Lines(file, document.lines());
        ObjectDecoder.Outcome outcome = ObjectDecoder.decode(object, document.faults());
        ObjectRef ref = outcome.ref();
        for (Fields.Finding finding : outcome.findings()) {
            diagnostics.add(new Diagnostic(
                    finding.severity(),
                    finding.code(),
                    ref,
                    finding.field(),
                    finding.message(),
                    finding.fix(),
                    lines.locate(finding.field())));
        }
        switch (outcome.standing()) {
            case VALID, INVALID -> objects.add(new ReadObject(ref, outcome.manifest(), object, lines));
            case NAMELESS -> coverage = Coverage.PARTIAL;
            case IGNORED -> {}
        }
    }
}
