"""Chapter 10, pixels: a data set of labelled pixels, a fully convolutional network, neural style."""

import numpy as np
import pytest

COLOURS = [[0, 0, 0], [128, 0, 0], [64, 0, 128], [192, 128, 128]]  # of the first, the 12th and the 15th class


@pytest.fixture(scope="module")
def voc(tmp_path_factory) -> str:
    """Folders as in VOC2012: JPEG pictures, PNG labels in the colours of the classes, lists of both sets."""
    cv2 = pytest.importorskip("cv2")
    rng, root = np.random.default_rng(0), tmp_path_factory.mktemp("VOC2012")
    for name in ("ImageSets/Segmentation", "JPEGImages", "SegmentationClass"):
        (root / name).mkdir(parents=True)
    for name, n in (("train", 5), ("val", 3)):
        names = [f"2007_{name}_{i}" for i in range(n)]
        (root / "ImageSets" / "Segmentation" / f"{name}.txt").write_text("\n".join(names) + "\n")
        for i, each in enumerate(names):
            size = (50, 40) if i == n - 1 else (96, 120)  # the last is too small to be cropped
            classes = cv2.resize(rng.integers(0, 4, (4, 4), "uint8"), size[::-1], interpolation=cv2.INTER_NEAREST)
            label = np.array(COLOURS, "uint8")[classes]
            picture = np.clip(label.astype(int) + rng.integers(0, 60, (*size, 3)), 0, 255).astype("uint8")
            cv2.imwrite(str(root / "JPEGImages" / f"{each}.jpg"), picture[:, :, ::-1])
            cv2.imwrite(str(root / "SegmentationClass" / f"{each}.png"), label[:, :, ::-1])
    return str(root)


@pytest.fixture(scope="module")
def pictures(full_data) -> str:
    folder = full_data / "img"
    if not (folder / "rainier.jpg").exists():
        pytest.skip("no pictures of the book: MXNET_HOME has no img/rainier.jpg")
    return str(folder)


def test_labelled_pixels(book, voc) -> None:
    """10.9: colours to classes by a table of 2**24 entries; the same random crop of picture and label."""
    got = book(
        """
        import d2l_segmentation as seg
        table = seg.colormap2label()
        features, labels = seg.read_voc_images(path)
        y = seg.voc_label_indices(labels[0], table)
        print(y[5:8, 10:14], features[0].shape, features[0].dtype)
        crops = [seg.voc_rand_crop(features[0], labels[0], 30, 40) for _ in range(3)]
        crop_size = (64, 80)
        train = seg.VOCSegDataset(True, crop_size, path, table)
        train_iter = gdata.DataLoader(train, 2, shuffle=True, last_batch='discard')
        batches = [(X, Y) for X, Y in train_iter]
        print(len(batches), batches[0][0].shape, batches[0][1].shape, batches[0][1].dtype)
        """,
        result="y, crops, batches",
        path=voc,
        rtol=1e-4,
        atol=2e-2,  # JPEG decoders differ by one in a few pixels
    ).ours
    assert "read 4 examples" in got["printed"]
    assert set(np.unique(got["y"])) == {0, 1, 12, 15}


def test_transposed_convolution(book) -> None:
    """10.10: a convolution as a product of matrices; its transpose doubles what the convolution halved."""
    got = book(
        """
        X, K = nd.arange(1, 17).reshape((1, 1, 4, 4)), nd.arange(1, 10).reshape((1, 1, 3, 3))
        conv = nn.Conv2D(channels=1, kernel_size=3)
        conv.initialize(init.Constant(K))
        print(conv(X), K)
        W, k = nd.zeros((4, 16)), nd.zeros(11)
        k[:3], k[4:7], k[8:] = K[0, 0, 0, :], K[0, 0, 1, :], K[0, 0, 2, :]
        W[0, 0:11], W[1, 1:12], W[2, 4:15], W[3, 5:16] = k, k, k, k
        print(nd.dot(W, X.reshape(16)).reshape((1, 1, 2, 2)), W)
        a, b = conv(X), nd.dot(W, X.reshape(16)).reshape((1, 1, 2, 2))
        conv = nn.Conv2D(10, kernel_size=4, padding=1, strides=2)
        conv.initialize()
        Y = conv(nd.random.uniform(shape=(1, 3, 64, 64)))
        conv_trans = nn.Conv2DTranspose(3, kernel_size=4, padding=1, strides=2)
        conv_trans.initialize()
        print(Y.shape, conv_trans(Y).shape)
        """,
        result="a, b, Y",
    ).ours
    np.testing.assert_array_equal(got["a"], got["b"])
    assert "(1, 10, 32, 32) (1, 3, 64, 64)" in got["printed"]


def test_bilinear_upsampling(book, pictures) -> None:
    """10.10: a transposed convolution with the bilinear kernel doubles a picture."""
    got = book(
        """
        import d2l_segmentation as seg
        from mxnet import image
        conv_trans = nn.Conv2DTranspose(3, kernel_size=4, padding=1, strides=2)
        conv_trans.initialize(init.Constant(seg.bilinear_kernel(3, 3, 4)))
        img = image.imresize(image.imread(path + '/catdog.jpg'), 100, 80)
        X = img.astype('float32').transpose((2, 0, 1)).expand_dims(axis=0) / 255
        Y = conv_trans(X)
        out_img = Y[0].transpose((1, 2, 0))
        print('input image shape:', img.shape)
        print('output image shape:', out_img.shape)
        """,
        result="X, out_img",
        path=pictures,
        atol=2.1 / 255,
    ).ours
    assert "(160, 200, 3)" in got["printed"]
    middle = got["out_img"][2:-2, 2:-2].reshape(78, 2, 98, 2, 3).mean(axis=(1, 3))
    assert abs(middle - got["X"][0].transpose(1, 2, 0)[1:-1, 1:-1]).mean() < 0.02


def test_fully_convolutional_network(book, voc) -> None:
    """10.10: a ResNet's features, a 1x1 convolution, a transposed one; trained, then asked for a picture's classes."""
    got = book(
        """
        import mxnet as mx
        import d2l_segmentation as seg
        import d2l_vision as vision
        from mxnet import image
        from mxnet.gluon import model_zoo
        # the book takes the pretrained resnet18_v2: the same kind of network, narrow, with weights by chance
        pretrained_net = model_zoo.vision.ResNetV2(model_zoo.vision.BasicBlockV2, [1, 1, 1, 1], [4, 4, 8, 16, 32])
        pretrained_net.initialize(init.Xavier())
        tail = pretrained_net.features[-4:]
        print(type(tail).__name__, [type(layer).__name__ for layer in tail], pretrained_net.output)
        net = nn.HybridSequential()
        for layer in pretrained_net.features[:-2]:
            net.add(layer)
        print(net(nd.random.uniform(shape=(1, 3, 64, 96))).shape)
        num_classes = 21
        net.add(nn.Conv2D(num_classes, kernel_size=1),
                nn.Conv2DTranspose(num_classes, kernel_size=64, padding=16, strides=32))
        net[-1].initialize(init.Constant(seg.bilinear_kernel(num_classes, num_classes, 64)))
        net[-2].initialize(init=init.Xavier())
        net.hybridize()
        crop_size, batch_size, table = (64, 96), 2, seg.colormap2label()
        train_iter = gdata.DataLoader(seg.VOCSegDataset(True, crop_size, path, table), batch_size, shuffle=True,
                                      last_batch='discard')
        test_iter = gdata.DataLoader(seg.VOCSegDataset(False, crop_size, path, table), batch_size,
                                     last_batch='discard')
        ctx = d2l.try_all_gpus()
        loss = gloss.SoftmaxCrossEntropyLoss(axis=1)
        net.collect_params().reset_ctx(ctx)
        trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.1, 'wd': 1e-3})
        losses, accuracies = vision.train(train_iter, test_iter, net, loss, trainer, ctx, 2)
        first = losses[0]

        def predict(img):
            X = test_iter._dataset.normalize_image(img)
            X = X.transpose((2, 0, 1)).expand_dims(axis=0)
            pred = nd.argmax(net(X.as_in_context(ctx[0])), axis=1)
            return pred.reshape((pred.shape[1], pred.shape[2]))

        def label2image(pred):
            colormap = nd.array(seg.VOC_COLORMAP, ctx=ctx[0], dtype='uint8')
            return colormap[pred.astype('int32'), :]

        test_images, _ = seg.read_voc_images(path, is_train=False)
        X = image.fixed_crop(test_images[0], 0, 0, 96, 64)
        pred = label2image(predict(X))
        print(pred.shape, pred.dtype)
        falls = bool(losses[-1] < losses[0])
        """,
        result="first, falls",
        path=voc,
        rtol=1e-3,
    ).ours
    assert got["falls"]
    assert "(64, 96, 3)" in got["printed"]


def test_neural_style(book, pictures) -> None:
    """10.11: the picture is the parameter; contents and styles by layers of VGG-19."""
    got = book(
        """
        import d2l_segmentation as seg
        from mxnet import image
        from mxnet.gluon import model_zoo
        content_img, style_img = image.imread(path + '/rainier.jpg'), image.imread(path + '/autumn_oak.jpg')
        style_layers, content_layers = [0, 5, 10, 19, 28], [25]
        # VGG-19 with fewer channels; the book's is pretrained
        layers, filters = [2, 2, 4, 4, 4], [4, 4, 8, 8, 8]
        pretrained_net = model_zoo.vision.VGG(layers, filters)
        pretrained_net.initialize(init.Xavier(magnitude=3))
        net = nn.Sequential()
        for i in range(max(content_layers + style_layers) + 1):
            net.add(pretrained_net.features[i])
        ctx, image_shape = d2l.try_gpu(), (48, 32)
        net.collect_params().reset_ctx(ctx)
        picked = (content_layers, style_layers)
        content_X = seg.preprocess(content_img, image_shape).copyto(ctx)
        contents_Y, _ = seg.extract_features(net, content_X, *picked)
        _, styles_Y = seg.extract_features(net, seg.preprocess(style_img, image_shape).copyto(ctx), *picked)
        print(content_X.shape, [Y.shape for Y in styles_Y])
        output, losses = seg.train_style(net, content_X, picked, contents_Y, styles_Y, ctx, 0.1, 8, 5)
        painted = seg.postprocess(output)
        again = seg.preprocess(painted * 255, (60, 40))
        print(again.shape)
        """,
        result="losses, painted, again",
        path=pictures,
        rtol=1e-3,
        atol=2e-3,
    ).ours
    assert "change lr to 1.0e-02" in got["printed"]
    assert got["losses"][-1][3] < got["losses"][0][3]
